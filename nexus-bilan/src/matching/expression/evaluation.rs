//! Values of a formula at points, each with a bound on its rounding error.

use super::parser::Function;
use super::{Expression, Operation};

/// Relative error of one rounded operation; twice the bound of IEEE arithmetic, for the functions of the platform.
const ROUNDING: f64 = 4.5e-16;
/// Two values agree when they are this close, relatively, on top of their error bounds.
const RELATIVE_TOLERANCE: f64 = 1e-11;
/// A value whose error bound exceeds this share of max(1, |value|) decides nothing.
const WORST_ERROR: f64 = 1e-6;

/// A value and a bound on its distance to the true one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Approximate {
    pub(super) value: f64,
    error: f64,
}

/// Computes the value at a point; `None` outside the domain, too close to its edge to tell, or beyond floats.
pub(super) fn evaluate(expression: &Expression, point: &[f64]) -> Option<Approximate> {
    let mut stack: Vec<Approximate> = Vec::with_capacity(16);
    for operation in &expression.operations {
        let value = match operation {
            Operation::Number(number) => {
                let value = number.to_f64();
                let exact = number.denominator() == 1 && value.abs() < 1e15;
                Approximate { value, error: if exact { 0.0 } else { value.abs() * ROUNDING } }
            }
            Operation::Pi => Approximate::rounded(std::f64::consts::PI, 0.0),
            Operation::Euler => Approximate::rounded(std::f64::consts::E, 0.0),
            Operation::Variable(place) => Approximate { value: *point.get(*place)?, error: 0.0 },
            Operation::Negate => {
                let operand = stack.pop()?;
                Approximate { value: -operand.value, ..operand }
            }
            Operation::Call(function) => stack.pop()?.call(*function)?,
            Operation::Add
            | Operation::Subtract
            | Operation::Multiply
            | Operation::Divide
            | Operation::Power => {
                let right = stack.pop()?;
                stack.pop()?.combine(*operation, right)?
            }
        };
        if !(value.value.is_finite() && value.error.is_finite()) {
            return None;
        }
        stack.push(value);
    }
    let value = stack.pop()?;
    stack.is_empty().then_some(value)
}

impl Approximate {
    /// A computed value: its inherited error and its own rounding.
    fn rounded(value: f64, inherited: f64) -> Self {
        Self { value, error: inherited + value.abs() * ROUNDING }
    }

    fn is_integer(self) -> bool {
        self.error == 0.0 && self.value.fract() == 0.0 && self.value.abs() < 9e15
    }

    /// Whether two values are the same; `None` when their errors are too large to tell.
    pub(super) fn agrees(self, other: Self) -> Option<bool> {
        let errors = self.error + other.error;
        let size = self.value.abs().max(other.value.abs());
        if errors > WORST_ERROR * size.max(1.0) {
            return None;
        }
        Some((self.value - other.value).abs() <= errors + RELATIVE_TOLERANCE * size)
    }

    fn combine(self, operation: Operation, right: Self) -> Option<Self> {
        let result = match operation {
            Operation::Add => Self::rounded(self.value + right.value, self.error + right.error),
            Operation::Subtract => Self::rounded(self.value - right.value, self.error + right.error),
            Operation::Multiply => Self::rounded(self.value * right.value, self.product_error(right)),
            Operation::Divide => return self.divided(right),
            _ => return self.to_the(right),
        };
        // Whole numbers of moderate size are computed exactly, which keeps `x^(1+1)` a whole power.
        let exact = self.is_integer() && right.is_integer() && result.value.abs() < 9e15;
        Some(if exact { Self { error: 0.0, ..result } } else { result })
    }

    fn product_error(self, right: Self) -> f64 {
        self.value.abs() * right.error + right.value.abs() * self.error + self.error * right.error
    }

    fn divided(self, divisor: Self) -> Option<Self> {
        let smallest = divisor.value.abs() - divisor.error;
        if smallest <= divisor.value.abs() / 2.0 {
            return None;
        }
        let quotient = self.value / divisor.value;
        Some(Self::rounded(quotient, (self.error + quotient.abs() * divisor.error) / smallest))
    }

    fn to_the(self, exponent: Self) -> Option<Self> {
        if exponent.is_integer() && exponent.value.abs() <= 64.0 {
            let one = Self { value: 1.0, error: 0.0 };
            let mut power = one;
            let mut times = exponent.value.abs();
            while times >= 1.0 {
                power = Self::rounded(power.value * self.value, power.product_error(self));
                times -= 1.0;
            }
            return if exponent.value < 0.0 { one.divided(power) } else { Some(power) };
        }
        let logarithm = self.call(Function::NaturalLogarithm)?;
        Self::rounded(logarithm.value * exponent.value, logarithm.product_error(exponent))
            .call(Function::Exponential)
    }

    fn call(self, function: Function) -> Option<Self> {
        let Self { value, error } = self;
        let result = match function {
            Function::Absolute => Self { value: value.abs(), error },
            Function::Exponential => {
                let result = value.exp();
                Self::rounded(result, result * error.exp_m1())
            }
            Function::NaturalLogarithm | Function::DecimalLogarithm => {
                let smallest = value - error;
                if smallest <= 0.0 {
                    return None;
                }
                if function == Function::NaturalLogarithm {
                    Self::rounded(value.ln(), error / smallest)
                } else {
                    Self::rounded(value.log10(), error / smallest)
                }
            }
            Function::SquareRoot => {
                // Zero is fine when it is exact; around an uncertain zero the sign decides the domain.
                if value < 0.0 || (error > 0.0 && value <= error) {
                    return None;
                }
                let root = value.sqrt();
                let inherited = if error > 0.0 { error / (value - error).sqrt() } else { 0.0 };
                Self::rounded(root, inherited)
            }
            Function::Sine => Self { value: value.sin(), error: error + ROUNDING * (1.0 + value.abs()) },
            Function::Cosine => Self { value: value.cos(), error: error + ROUNDING * (1.0 + value.abs()) },
            Function::Tangent => return self.call(Function::Sine)?.divided(self.call(Function::Cosine)?),
        };
        Some(result)
    }
}

/// Pseudo-random points, the same for ever: a score must be reproducible.
pub(super) struct Points {
    state: u64,
    drawn: usize,
    point: Vec<f64>,
}

impl Points {
    /// Ranges taken in turn: small positive numbers, both signs, larger ones, inside ]0 ; 1[, negative ones.
    const RANGES: [(f64, f64); 5] = [(0.2, 2.0), (-3.0, 3.0), (2.0, 9.0), (0.05, 0.95), (-5.0, -0.2)];

    pub(super) fn new(variables: usize) -> Self {
        Self { state: 0x9e37_79b9_7f4a_7c15, drawn: 0, point: vec![0.0; variables] }
    }

    /// One more point.
    pub(super) fn draw(&mut self) -> &[f64] {
        let (low, high) = Self::RANGES.get(self.drawn % Self::RANGES.len()).copied().unwrap_or((0.2, 2.0));
        self.drawn += 1;
        for coordinate in &mut self.point {
            // splitmix64
            self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut bits = self.state;
            bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            bits ^= bits >> 31;
            let unit = (bits >> 11) as f64 / (1_u64 << 53) as f64;
            *coordinate = low + (high - low) * unit;
        }
        &self.point
    }
}
