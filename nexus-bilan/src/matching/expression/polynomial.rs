//! The exact normal form of polynomials and rational fractions.

use super::{Expression, Operation};
use crate::scoring::Rational;
use std::collections::BTreeMap;

/// Variables at most; a formula in more of them is compared at points.
const MAX_VARIABLES: usize = 6;
/// Terms of a polynomial at most.
const MAX_TERMS: usize = 64;
/// Largest exponent that is expanded.
const MAX_EXPONENT: i64 = 24;

/// Exponent of each variable.
type Monomial = [u8; MAX_VARIABLES];

/// A polynomial, without zero coefficients.
#[derive(Debug, Clone, PartialEq)]
struct Polynomial(BTreeMap<Monomial, Rational>);

/// A quotient of polynomials; the denominator is not zero.
#[derive(Debug, Clone)]
pub(super) struct Fraction {
    numerator: Polynomial,
    denominator: Polynomial,
}

/// Gives the exact form of a formula; `None` when it has none (a function, a power that is not whole, a division by
/// zero) or when it grows beyond the limits.
pub(super) fn fraction(expression: &Expression) -> Option<Fraction> {
    let mut stack: Vec<Fraction> = Vec::new();
    for operation in &expression.operations {
        let value = match operation {
            Operation::Number(number) => Fraction::whole(Polynomial::constant(*number)),
            Operation::Variable(place) => Fraction::whole(Polynomial::variable(*place)?),
            Operation::Pi | Operation::Euler | Operation::Call(_) => return None,
            Operation::Negate => stack.pop()?.scaled(Rational::whole(-1))?,
            Operation::Add | Operation::Subtract => {
                let right = stack.pop()?;
                let right =
                    if *operation == Operation::Add { right } else { right.scaled(Rational::whole(-1))? };
                stack.pop()?.plus(&right)?
            }
            Operation::Multiply => {
                let right = stack.pop()?;
                stack.pop()?.times(&right)?
            }
            Operation::Divide => {
                let right = stack.pop()?.inverse()?;
                stack.pop()?.times(&right)?
            }
            Operation::Power => {
                let exponent = stack.pop()?.as_small_integer()?;
                stack.pop()?.to_the(exponent)?
            }
        };
        stack.push(value);
    }
    let value = stack.pop()?;
    stack.is_empty().then_some(value)
}

impl Fraction {
    fn whole(numerator: Polynomial) -> Self {
        Self { numerator, denominator: Polynomial::constant(Rational::ONE) }
    }

    /// Whether both are the same fraction; `None` when the products grow beyond the limits.
    pub(super) fn equals(&self, other: &Self) -> Option<bool> {
        Some(self.numerator.times(&other.denominator)? == other.numerator.times(&self.denominator)?)
    }

    fn scaled(&self, factor: Rational) -> Option<Self> {
        Some(Self {
            numerator: self.numerator.times(&Polynomial::constant(factor))?,
            denominator: self.denominator.clone(),
        })
    }

    fn plus(&self, other: &Self) -> Option<Self> {
        if self.denominator == other.denominator {
            return Some(Self {
                numerator: self.numerator.plus(&other.numerator)?,
                denominator: self.denominator.clone(),
            });
        }
        let left = self.numerator.times(&other.denominator)?;
        let right = other.numerator.times(&self.denominator)?;
        Some(Self { numerator: left.plus(&right)?, denominator: self.denominator.times(&other.denominator)? })
    }

    fn times(&self, other: &Self) -> Option<Self> {
        Some(Self {
            numerator: self.numerator.times(&other.numerator)?,
            denominator: self.denominator.times(&other.denominator)?,
        })
    }

    fn inverse(self) -> Option<Self> {
        let Self { numerator, denominator } = self;
        (!numerator.0.is_empty()).then_some(Self { numerator: denominator, denominator: numerator })
    }

    fn to_the(&self, exponent: i64) -> Option<Self> {
        let mut result = Self::whole(Polynomial::constant(Rational::ONE));
        for _ in 0..exponent.unsigned_abs() {
            result = result.times(self)?;
        }
        if exponent < 0 { result.inverse() } else { Some(result) }
    }

    fn as_small_integer(&self) -> Option<i64> {
        let value = self.numerator.as_constant()?.checked_div(self.denominator.as_constant()?)?;
        (value.denominator() == 1 && value.numerator().abs() <= MAX_EXPONENT).then_some(value.numerator())
    }
}

impl Polynomial {
    fn constant(value: Rational) -> Self {
        let terms = if value.is_zero() { None } else { Some(([0; MAX_VARIABLES], value)) };
        Self(terms.into_iter().collect())
    }

    fn variable(place: usize) -> Option<Self> {
        let mut monomial = [0; MAX_VARIABLES];
        *monomial.get_mut(place)? = 1;
        Some(Self(BTreeMap::from([(monomial, Rational::ONE)])))
    }

    fn as_constant(&self) -> Option<Rational> {
        match self.0.len() {
            0 => Some(Rational::ZERO),
            1 => self.0.get(&[0; MAX_VARIABLES]).copied(),
            _ => None,
        }
    }

    fn add_term(&mut self, monomial: Monomial, coefficient: Rational) -> Option<()> {
        let sum = self.0.get(&monomial).copied().unwrap_or(Rational::ZERO).checked_add(coefficient)?;
        if sum.is_zero() {
            self.0.remove(&monomial);
        } else {
            self.0.insert(monomial, sum);
        }
        (self.0.len() <= MAX_TERMS).then_some(())
    }

    fn plus(&self, other: &Self) -> Option<Self> {
        let mut sum = self.clone();
        for (monomial, coefficient) in &other.0 {
            sum.add_term(*monomial, *coefficient)?;
        }
        Some(sum)
    }

    fn times(&self, other: &Self) -> Option<Self> {
        let mut product = Self(BTreeMap::new());
        for (left, left_coefficient) in &self.0 {
            for (right, right_coefficient) in &other.0 {
                let mut monomial = *left;
                for (exponent, more) in monomial.iter_mut().zip(right) {
                    *exponent = exponent.checked_add(*more)?;
                }
                product.add_term(monomial, left_coefficient.checked_mul(*right_coefficient)?)?;
            }
        }
        Some(product)
    }
}
