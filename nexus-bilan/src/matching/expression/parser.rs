//! From plain notation to operations in postfix order: no recursion is left where values are computed.

use crate::matching::number::parse_decimal;
use crate::scoring::Rational;

/// Operations of a formula at most.
const MAX_OPERATIONS: usize = 600;
/// Nested parentheses, signs and powers at most.
const MAX_DEPTH: usize = 60;
/// Longest name of a variable, in characters.
const MAX_NAME: usize = 12;

/// A function of one argument.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::matching) enum Function {
    SquareRoot,
    Exponential,
    NaturalLogarithm,
    DecimalLogarithm,
    Sine,
    Cosine,
    Tangent,
    Absolute,
}

/// One step: takes its operands from the stack and leaves its value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::matching) enum Operation {
    Number(Rational),
    Pi,
    Euler,
    /// By its place among the variables.
    Variable(usize),
    Negate,
    Add,
    Subtract,
    Multiply,
    Divide,
    Power,
    Call(Function),
}

/// A formula in postfix order.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::matching) struct Expression {
    pub(in crate::matching) operations: Vec<Operation>,
}

const FUNCTIONS: [(&str, Function); 8] = [
    ("sqrt", Function::SquareRoot),
    ("exp", Function::Exponential),
    ("ln", Function::NaturalLogarithm),
    ("log", Function::DecimalLogarithm),
    ("sin", Function::Sine),
    ("cos", Function::Cosine),
    ("tan", Function::Tangent),
    ("abs", Function::Absolute),
];

#[derive(Clone, Copy)]
enum Name {
    Variable(usize),
    Function(Function),
    Pi,
    Euler,
}

impl Expression {
    /// Reads a plain text; `None` for anything but one formula in these variables.
    pub(in crate::matching) fn parse(text: &str, variables: &[&str]) -> Option<Self> {
        let mut parser = Parser { rest: text.trim(), variables, operations: Vec::new(), bars: 0 };
        parser.sum(0)?;
        parser.rest.trim().is_empty().then_some(Self { operations: parser.operations })
    }
}

struct Parser<'a> {
    rest: &'a str,
    variables: &'a [&'a str],
    operations: Vec<Operation>,
    /// Open absolute values.
    bars: usize,
}

impl Parser<'_> {
    fn peek(&mut self) -> Option<char> {
        self.rest = self.rest.trim_start();
        self.rest.chars().next()
    }

    fn eat(&mut self, symbol: char) -> bool {
        match self.rest.trim_start().strip_prefix(symbol) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn push(&mut self, operation: Operation) -> Option<()> {
        self.operations.push(operation);
        (self.operations.len() <= MAX_OPERATIONS).then_some(())
    }

    fn sum(&mut self, depth: usize) -> Option<()> {
        self.product(depth)?;
        loop {
            let operation = match self.peek() {
                Some('+') => Operation::Add,
                Some('-') => Operation::Subtract,
                _ => return Some(()),
            };
            self.rest = self.rest.get(1..)?;
            self.product(depth)?;
            self.push(operation)?;
        }
    }

    fn product(&mut self, depth: usize) -> Option<()> {
        self.signed(depth)?;
        loop {
            let operation = match self.peek() {
                Some('*') => Operation::Multiply,
                Some('/') => Operation::Divide,
                // A number on the right of a factor (`x2`, `(x+1)2`) is a lost exponent as often as a factor.
                Some(next) if next.is_ascii_digit() || matches!(next, ',' | '.') => return None,
                Some(next) if self.begins_factor(next) => {
                    self.power(depth)?;
                    self.push(Operation::Multiply)?;
                    continue;
                }
                _ => return Some(()),
            };
            self.rest = self.rest.get(1..)?;
            self.signed(depth)?;
            self.push(operation)?;
        }
    }

    fn begins_factor(&self, next: char) -> bool {
        next.is_alphabetic() || matches!(next, '(' | '[' | '√') || (next == '|' && self.bars == 0)
    }

    fn signed(&mut self, depth: usize) -> Option<()> {
        let deeper = deeper(depth)?;
        if self.eat('-') {
            self.signed(deeper)?;
            return self.push(Operation::Negate);
        }
        if self.eat('+') {
            return self.signed(deeper);
        }
        self.power(depth)
    }

    fn power(&mut self, depth: usize) -> Option<()> {
        self.atom(depth)?;
        if self.eat('^') {
            self.exponent(depth)?;
            self.push(Operation::Power)?;
        }
        Some(())
    }

    /// A signed power, so that `2^-1` and `2^3^2` (= 2^9) read.
    fn exponent(&mut self, depth: usize) -> Option<()> {
        let deeper = deeper(depth)?;
        if self.eat('-') {
            self.power(deeper)?;
            return self.push(Operation::Negate);
        }
        self.eat('+');
        self.power(deeper)
    }

    fn atom(&mut self, depth: usize) -> Option<()> {
        let deeper = deeper(depth)?;
        match self.peek()? {
            '(' => self.enclosed('(', ')', deeper),
            '[' => self.enclosed('[', ']', deeper),
            '|' => {
                self.rest = self.rest.get(1..)?;
                self.bars += 1;
                self.sum(deeper)?;
                self.bars -= 1;
                if self.eat('|') { self.push(Operation::Call(Function::Absolute)) } else { None }
            }
            '√' => {
                self.eat('√');
                self.atom(deeper)?;
                self.push(Operation::Call(Function::SquareRoot))
            }
            next if next.is_ascii_digit() || matches!(next, '.' | ',') => {
                let (number, rest) = parse_decimal(self.rest)?;
                self.rest = rest;
                self.push(Operation::Number(number))
            }
            _ => self.named(deeper),
        }
    }

    fn enclosed(&mut self, open: char, close: char, depth: usize) -> Option<()> {
        self.eat(open);
        // Bars opened outside do not close inside.
        let bars = std::mem::take(&mut self.bars);
        self.sum(depth)?;
        self.bars = bars;
        self.eat(close).then_some(())
    }

    fn named(&mut self, depth: usize) -> Option<()> {
        let (name, length) = self.name()?;
        self.rest = self.rest.get(length..)?;
        match name {
            Name::Variable(place) => self.push(Operation::Variable(place)),
            Name::Pi => self.push(Operation::Pi),
            Name::Euler => self.push(Operation::Euler),
            Name::Function(function) => self.call(function, depth),
        }
    }

    /// The longest known name at this place, as typed or else in lower case (telephones capitalise the first letter).
    fn name(&self) -> Option<(Name, usize)> {
        let head: String = self.rest.chars().take(MAX_NAME).collect();
        self.longest(&head).or_else(|| self.longest(&head.to_ascii_lowercase()))
    }

    fn longest(&self, text: &str) -> Option<(Name, usize)> {
        let variables = self
            .variables
            .iter()
            .enumerate()
            .filter(|(_, variable)| !variable.is_empty() && text.starts_with(**variable))
            .map(|(place, variable)| (Name::Variable(place), variable.len()));
        let functions = FUNCTIONS
            .iter()
            .filter(|(name, _)| text.starts_with(name))
            .map(|(name, function)| (Name::Function(*function), name.len()));
        let constants = [("pi", Name::Pi), ("e", Name::Euler)]
            .into_iter()
            .filter(|(name, _)| text.starts_with(name))
            .map(|(name, constant)| (constant, name.len()));
        // `max_by_key` keeps the last of equals: variables come last, because they win over the constant e.
        constants.chain(functions).chain(variables).max_by_key(|(_, length)| *length)
    }

    /// The argument of a function: `cos(x)`, `cos 2x`, `cos^2(x)`.
    fn call(&mut self, function: Function, depth: usize) -> Option<()> {
        if self.eat('^') {
            // sin^{-1} is the inverse function for some and the quotient for others.
            let start = self.operations.len();
            self.exponent(depth)?;
            let exponent: Vec<Operation> = self.operations.drain(start..).collect();
            if !matches!(exponent.as_slice(), [Operation::Number(_)]) {
                return None;
            }
            self.argument(function, depth)?;
            for operation in exponent {
                self.push(operation)?;
            }
            return self.push(Operation::Power);
        }
        self.argument(function, depth)
    }

    fn argument(&mut self, function: Function, depth: usize) -> Option<()> {
        match self.peek()? {
            '(' | '[' => self.atom(depth)?,
            _ if function == Function::SquareRoot => self.atom(depth)?,
            _ => {
                // Without parentheses the argument goes on over juxtaposed numbers and variables: cos 2x.
                self.power(depth)?;
                while self.peek().is_some_and(char::is_alphabetic)
                    && matches!(self.name(), Some((Name::Variable(_) | Name::Pi | Name::Euler, _)))
                {
                    self.power(depth)?;
                    self.push(Operation::Multiply)?;
                }
            }
        }
        self.push(Operation::Call(function))
    }
}

const fn deeper(depth: usize) -> Option<usize> {
    if depth < MAX_DEPTH { Some(depth + 1) } else { None }
}
