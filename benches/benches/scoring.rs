//! Thirty answers to a score and its facts, part by part, beside the loop of the existing application. Processor time.

use criterion::{Criterion, criterion_group, criterion_main};
use nexus_benches::Failure;
use nexus_benches::former::FormerBank;
use nexus_benches::processor_time::ProcessorTime;
use nexus_benches::sheet::Subject;
use nexus_bilan::facts::FactSheet;
use nexus_bilan::questionnaire::ItemKind;
use nexus_bilan::scoring::{IrtResponse, ability, evidence, score};
use nexus_bilan::survey::measure;
use nexus_core::Checksum;
use std::hint::black_box;

fn scoring(criterion: &mut Criterion<ProcessorTime>) {
    if let Err(failure) = measure_all(criterion) {
        eprintln!("scoring cannot be measured: {failure}");
        std::process::exit(1);
    }
}

fn measure_all(criterion: &mut Criterion<ProcessorTime>) -> Result<(), Failure> {
    let subject = Subject::yasmine(30)?;
    let (bank, answers) = (&subject.bank, &subject.attempt.answers);
    let scored = score(bank, answers)?;
    let traits =
        subject.survey.as_ref().map(|survey| measure(survey, &subject.attempt.survey)).unwrap_or_default();
    let facts = subject.facts()?;

    let mut group = criterion.benchmark_group("thirty answers");
    group.bench_function("score and facts", |bencher| bencher.iter(|| black_box(&subject).facts()));
    let former = FormerBank::of(bank);
    group.bench_function("the former loop", |bencher| bencher.iter(|| former.score(black_box(answers))));
    group.finish();

    let mut group = criterion.benchmark_group("part");
    group.bench_function("score (points, evidence, ability)", |bencher| {
        bencher.iter(|| score(black_box(bank), black_box(answers)));
    });
    let evidence_items: Vec<_> = scored
        .outcomes
        .iter()
        .filter(|outcome| outcome.status.is_evidence())
        .map(|outcome| (outcome.max, outcome.success))
        .collect();
    group.bench_function("evidence (once; score takes one for each domain and one in all)", |bencher| {
        bencher.iter(|| evidence(black_box(&evidence_items).iter().copied()));
    });
    let responses: Vec<_> = bank
        .items
        .iter()
        .zip(&scored.outcomes)
        .filter(|(_, outcome)| outcome.status.is_evidence())
        .map(|(item, outcome)| IrtResponse {
            difficulty: item.difficulty.unwrap_or(2),
            options: if let ItemKind::SingleChoice { options } = &item.kind { options.len() } else { 0 },
            success: outcome.success.to_f64(),
        })
        .collect();
    group.bench_function("ability", |bencher| {
        bencher.iter(|| ability(black_box(&responses).iter().copied()));
    });
    if let Some(survey) = &subject.survey {
        group.bench_function("traits of the survey", |bencher| {
            bencher.iter(|| measure(black_box(survey), black_box(&subject.attempt.survey)));
        });
    }
    let input = subject.input(&scored, &traits);
    group.bench_function("facts (from a score, checksum of the input included)", |bencher| {
        bencher.iter(|| FactSheet::build(black_box(&input)));
    });
    group.bench_function("checksum of the answers", |bencher| {
        bencher.iter(|| Checksum::of_json(black_box(&subject.attempt)));
    });
    group.bench_function("checksum of the facts (not in the total)", |bencher| {
        bencher.iter(|| black_box(&facts).checksum());
    });
    group.finish();
    Ok(())
}

criterion_group! {
    name = benches;
    config = Criterion::default().with_measurement(ProcessorTime);
    targets = scoring
}
criterion_main!(benches);
