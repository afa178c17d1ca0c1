//! What Linux tells about processes: processor time and memory.

use crate::Failure;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Length of a tick of `/proc`, on every architecture that this is measured on.
const TICK: Duration = Duration::from_millis(10);

/// User and system time of the children of this process that have ended and been waited for, their own children
/// included; in ticks of 10 ms, so that only sums over several documents are meaningful.
///
/// # Errors
/// The system does not tell.
pub fn children_processor() -> Result<Duration, Failure> {
    let [_, children] = processor("self")?;
    Ok(children)
}

/// Processor time of a running process: its own, and that of its ended children.
///
/// # Errors
/// The process is gone, or the system does not tell.
pub fn processor(process: &str) -> Result<[Duration; 2], Failure> {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat"))?;
    let (_, rest) = stat.rsplit_once(") ").ok_or("no status line")?;
    let ticks: Vec<u32> = rest.split(' ').skip(11).take(4).filter_map(|field| field.parse().ok()).collect();
    match ticks[..] {
        [user, system, of_children, system_of_children] => {
            Ok([TICK * user + TICK * system, TICK * of_children + TICK * system_of_children])
        }
        _ => Err("the status line is not understood".into()),
    }
}

/// Processor time of the threads that a process has at this moment, to the nanosecond.
pub fn threads_processor(process: u32) -> Duration {
    let threads = std::fs::read_dir(format!("/proc/{process}/task")).into_iter().flatten().flatten();
    let time = |thread: std::fs::DirEntry| {
        let text = std::fs::read_to_string(thread.path().join("schedstat")).ok()?;
        text.split(' ').next()?.parse().ok().map(Duration::from_nanos)
    };
    threads.filter_map(time).sum()
}

/// A size of `/proc/<process>/status` (`VmRSS`, `VmHWM`, `RssAnon`…), in MB of 1024 kB.
pub fn memory(process: u32, name: &str) -> Option<f64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))?;
    line.split_whitespace().next()?.parse::<f64>().ok().map(|kilobytes| kilobytes / 1024.0)
}

/// The running children of a process, whichever of its threads started them.
pub fn children(process: u32) -> Vec<u32> {
    let threads = std::fs::read_dir(format!("/proc/{process}/task")).into_iter().flatten().flatten();
    let lists = threads.filter_map(|thread| std::fs::read_to_string(thread.path().join("children")).ok());
    lists
        .flat_map(|list| list.split_whitespace().filter_map(|id| id.parse().ok()).collect::<Vec<_>>())
        .collect()
}

/// The release build of the `nexus` command, beside this program.
///
/// # Errors
/// It was not built.
pub fn nexus_program() -> Result<PathBuf, Failure> {
    let here = std::env::current_exe()?;
    let release = here.parent().and_then(Path::parent).ok_or("this program has no folder")?;
    let program = release.join("nexus");
    if program.is_file() {
        Ok(program)
    } else {
        Err(format!("{} is not there: cargo build --release -p nexus-cli", program.display()).into())
    }
}

/// One line about the machine: processor, cores, load at the start.
pub fn machine() -> String {
    let information = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = information.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load = load.split(' ').next().unwrap_or("?").to_owned();
    format!("{}, {cores} cores, load average {load}", model.map_or("unknown processor", |(_, name)| name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_system_tells_about_this_process() {
        let here = std::process::id();
        assert!(memory(here, "VmRSS").unwrap() > 0.5);
        assert!(memory(here, "VmHWM").unwrap() >= memory(here, "RssAnon").unwrap());
        assert_eq!(memory(here, "NoSuch"), None);
        let mut child =
            std::process::Command::new("cat").stdin(std::process::Stdio::piped()).spawn().unwrap();
        assert!(children(here).contains(&child.id()));
        let before = children_processor().unwrap();
        drop(child.stdin.take());
        assert!(child.wait().unwrap().success());
        assert!(children_processor().unwrap() >= before);
    }
}
