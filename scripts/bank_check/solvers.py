"""One solver per item: the truth, derived again from the prompt, without looking at the key."""

import re

import sympy
from sympy import Interval, Rational, Symbol, diff, oo, pi, solve, solveset

from .markup import M, N, X, Y, Unreadable, coordinates, expression, fragments, interval
from .truth import Claims, Line, Number, Point, Region, Roots, Rounded

SOLVERS = {}
T = Symbol("t", real=True)


def solves(item_id):
    def register(solver):
        SOLVERS[item_id] = solver
        return solver
    return register


def right_side(prompt, name):
    """The formula after `name =` in the prompt."""
    for fragment in fragments(prompt):
        if fragment.replace(" ", "").startswith(name.replace(" ", "") + "="):
            return expression(fragment.split("=", 1)[1])
    raise Unreadable(f"{name} = … in {prompt}")


def first_formula(prompt):
    """The first readable formula of the prompt that has a variable."""
    for fragment in fragments(prompt):
        try:
            value = expression(fragment.split("=")[0])
        except Unreadable:
            continue
        if value.free_symbols and not value.is_Symbol:
            return value
    raise Unreadable(prompt)


def equation(prompt):
    """`left − right` of the first equation of the prompt."""
    for fragment in fragments(prompt):
        sides = fragment.split("=")
        if len(sides) == 2:
            try:
                return expression(sides[0]) - expression(sides[1])
            except Unreadable:
                continue
    raise Unreadable(prompt)


def numbers(prompt):
    """The numbers written outside mathematics, `60 %` as 60."""
    return [sympy.Integer(text) for text in re.findall(r"\d+", re.sub(r"\$[^$]*\$", "", prompt))]


def points(prompt):
    """The pairs of coordinates of the prompt, by name."""
    return {name: coordinates(pair) for name, pair in re.findall(r"(\\vec\{\w\}|[A-Z])(\([^()]*;[^()]*\))", prompt)}


# Second degré et polynômes


@solves("MT-SD-01")
def _(prompt):
    return Number(sympy.discriminant(first_formula(prompt), X))


@solves("MT-SD-02")
def _(prompt):
    return Roots(frozenset(solve(equation(prompt), X)))


@solves("MT-SD-03")
def _(prompt):
    trinomial = first_formula(prompt)
    stated = {expression(text) for text in fragments(prompt)[1:3]}
    assert set(solve(trinomial, X)) == stated, "the prompt gives wrong roots"
    return Number(trinomial)


@solves("MT-SD-04")
def _(prompt):
    left, right = fragments(prompt)[1].split(r"\le")
    return Region(solveset(expression(left) <= expression(right), X, sympy.S.Reals))


@solves("MT-SD-05")
def _(prompt):
    parabola = right_side(prompt, "y")
    (summit,) = solve(diff(parabola, X), X)
    return Point(sympy.Tuple(summit, parabola.subs(X, summit)))


@solves("MT-SD-06")
def _(prompt):
    return Region(solveset(sympy.discriminant(equation(prompt), X) < 0, M, sympy.S.Reals))


# Suites numériques


@solves("MT-SU-01")
def _(prompt):
    first = right_side(prompt, "u_0")
    step = expression(fragments(prompt)[2])
    terms = [first]
    while len(terms) <= 20:
        terms.append(terms[-1] + step)
    assert "$u_{20}$" in prompt
    return Number(terms[20])


@solves("MT-SU-02")
def _(prompt):
    ratio, first = sympy.symbols("q v0", positive=True)
    (found,) = solve([first * ratio - right_side(prompt, "v_1"), first * ratio**3 - right_side(prompt, "v_3")],
                     [first, ratio], dict=True)
    return Number(found[first])


@solves("MT-SU-03")
def _(prompt):
    return Number(sum(expression(term) for term in fragments(prompt)[0].split("+")))


@solves("MT-SU-04")
def _(prompt):
    term, rule = right_side(prompt, "u_0"), next(text for text in fragments(prompt) if text.startswith("u_{n+1}"))
    assert "$u_3$" in prompt
    for _ in range(3):
        term = expression(rule.split("=")[1].replace("u_n", "x")).subs(X, term)
    return Number(term)


@solves("MT-SU-05")
def _(_prompt):
    def increases(option):
        parts = fragments(option)
        rule = parts[-1].split("=")[1]
        if len(parts) == 2:
            difference = expression(rule.replace("u_n", "0"))
            assert rule.strip().startswith("u_n +")
        else:
            term = expression(rule)
            difference = sympy.simplify(term.subs(N, N + 1) - term)
        if any(difference.subs(N, rank) <= 0 for rank in range(40)):
            return False
        assert difference.is_positive, f"not proved: {difference}"
        return True
    return Claims(increases, (r"\left(\frac{1}{2}\right)^{n+1} > 0", "n^2 + 1 > 0"))


@solves("MT-SU-06")
def _(prompt):
    subscribers, leaving, joining, years = numbers(prompt.replace("\u202f", ""))
    for _ in range(years):
        subscribers = subscribers * (1 - leaving / 100) + joining
    return Rounded(subscribers, int(sympy.floor(subscribers + Rational(1, 2))))


# Dérivation et variations


@solves("MT-DE-01")
@solves("MT-DE-02")
@solves("MT-EX-04")
@solves("MT-EX-05")
def _(prompt):
    return Number(diff(right_side(prompt, "f(x)"), X))


@solves("MT-DE-03")
def _(prompt):
    function, place = right_side(prompt, "f(x)"), expression(fragments(prompt)[3])
    slope = sympy.limit((function.subs(X, place + T) - function.subs(X, place)) / T, T, 0)
    return Line(Y - slope * (X - place) - function.subs(X, place))


@solves("MT-DE-04")
def _(prompt):
    domain, rising, falling = (interval(text) for text in fragments(prompt) if text.startswith(r"\left"))
    # Functions with the stated signs: any constant may be added, so what one of them breaks is not forced.
    witnesses = [level - (X - 1) ** 2 for level in (-50, 0, 7, 50)]
    for witness in witnesses:
        assert rising.is_subset(solveset(diff(witness, X) > 0, X, sympy.S.Reals))
        assert falling.is_subset(solveset(diff(witness, X) < 0, X, sympy.S.Reals))

    def holds(claim, function):
        if "est positive sur" in claim:
            return sympy.minimum(function, X, interval(fragments(claim)[1])) >= 0
        if "atteint son" in claim:
            place = function.subs(X, expression(fragments(claim)[1]))
            extreme = sympy.maximum if "maximum" in claim else sympy.minimum
            return extreme(function, X, domain) == place
        place, value = re.fullmatch(r"\$f\((.+)\) = (.+)\$\.", claim).groups()
        return function.subs(X, expression(place)) == expression(value)
    return Claims(lambda claim: all(holds(claim, witness) for witness in witnesses), ("atteint son maximum en $1$",))


@solves("MT-DE-05")
def _(prompt):
    falling = solveset(diff(right_side(prompt, "f(x)"), X) <= 0, X, sympy.S.Reals)
    return Region(falling)


@solves("MT-DE-06")
def _(prompt):
    side = numbers(prompt)[0]
    volume = right_side(prompt, "V(x)")
    assert sympy.expand(X * (side - 2 * X) ** 2 - volume) == 0, "the prompt gives another box"
    return Number(sympy.maximum(volume, X, Interval(0, side / 2)))


# Fonction exponentielle


@solves("MT-EX-01")
def _(prompt):
    return Number(first_formula(prompt))


@solves("MT-EX-02")
def _(prompt):
    left, right = (expression(side) for side in fragments(prompt)[1].split(r"\ge"))
    gap = left.args[0] - right.args[0]
    assert left.func == right.func == sympy.exp
    answer = solveset(gap >= 0, X, sympy.S.Reals)
    for sample in (-7, 0, Rational(7, 2), Rational(399, 100), 4, 5, 40):
        assert bool(left.subs(X, sample) >= right.subs(X, sample)) == (sample in answer)
    return Region(answer)


@solves("MT-EX-03")
def _(prompt):
    return Roots(frozenset(solveset(equation(prompt), X, sympy.S.Reals)))


@solves("MT-EX-06")
def _(prompt):
    function = right_side(prompt, "f(x)")
    (place,) = solve(diff(function, X), X)
    assert diff(function, X, 2).subs(X, place) < 0
    assert sympy.limit(function, X, oo) == 0 and sympy.limit(function, X, -oo) == -oo and function.subs(X, place) > 0
    return Number(place)


# Géométrie repérée et trigonométrie


@solves("MT-GE-01")
def _(prompt):
    first, second = points(prompt).values()
    return Number(sympy.Matrix(first).dot(sympy.Matrix(second)))


@solves("MT-GE-02")
def _(prompt):
    base, side = right_side(prompt, "AB"), right_side(prompt, "AC")
    angle = numbers(prompt)[0] * pi / 180
    # Coordinates instead of the formula of the correction.
    return Number(sympy.Point(base, 0).distance(sympy.Point(side * sympy.cos(angle), side * sympy.sin(angle))))


@solves("MT-GE-03")
def _(prompt):
    through, normal = points(prompt).values()
    assert "vecteur normal" in prompt
    return Line(normal[0] * (X - through[0]) + normal[1] * (Y - through[1]))


@solves("MT-GE-04")
def _(prompt):
    poly = sympy.Poly(equation(prompt), X, Y)
    centre = sympy.Tuple(-poly.coeff_monomial(X) / 2, -poly.coeff_monomial(Y) / 2)
    radius = sympy.sqrt(centre[0] ** 2 + centre[1] ** 2 - poly.coeff_monomial(1))
    assert poly.coeff_monomial(X**2) == poly.coeff_monomial(Y**2) == 1

    def right(option):
        pair, length = fragments(option)
        return coordinates(pair) == centre and expression(length) == radius
    return Claims(right, (f"$({centre[0]} ; {centre[1]})$", f"= {radius}$"))


@solves("MT-GE-05")
def _(prompt):
    return Number(expression(fragments(prompt)[0]))


@solves("MT-GE-06")
def _(prompt):
    sine, where = right_side(prompt, r"\sin(x)"), interval(fragments(prompt)[1])
    cosine = Symbol("c", real=True)
    inside = [value for value in solve(cosine**2 + sine**2 - 1, cosine) if sympy.acos(value) in where]
    (answer,) = inside
    return Number(answer)


# Probabilités et variables aléatoires


@solves("MT-PR-01")
def _(prompt):
    members, swimmers, racing_swimmers, climbers, racing_climbers = numbers(prompt)
    assert swimmers + climbers == members
    people = [(sport, rank < racing) for sport, count, racing in
              (("swim", swimmers, racing_swimmers), ("climb", climbers, racing_climbers)) for rank in range(count)]
    racers = [sport for sport, races in people if races]
    return Number(Rational(racers.count("swim"), len(racers)))


@solves("MT-PR-02")
def _(prompt):
    share, faulty_first, faulty_second = (value / 100 for value in numbers(prompt))
    return Number(share * faulty_first + (1 - share) * faulty_second)


@solves("MT-PR-03")
def _(prompt):
    unwanted, caught, mistaken = (value / 100 for value in numbers(prompt))
    joint = {(True, True): unwanted * caught, (False, True): (1 - unwanted) * mistaken}
    return Number(joint[True, True] / sum(joint.values()))


@solves("MT-PR-04")
def _(prompt):
    first, second, both = (right_side(prompt, name) for name in ("P(A)", "P(B)", r"P(A \cap B)"))
    world = {(True, True): both, (True, False): first - both, (False, True): second - both}
    world[False, False] = 1 - sum(world.values())
    assert all(mass >= 0 for mass in world.values())
    claims = {
        "P_A(B)": both / first, r"P_B(\overline{A})": world[False, True] / second,
        r"P(A \cup B)": 1 - world[False, False],
    }

    def right(option):
        if "incompatibles" in option:
            return both == 0
        if "indépendants" in option:
            return both == first * second
        name, value = fragments(option)[0].split("=")
        return claims[name.strip()] == expression(value)
    return Claims(right, ("indépendance", r"= 0{,}5$", r"= 0{,}6$", r"= 0{,}7$"))


@solves("MT-PR-05")
def _(prompt):
    law = {place: right_side(prompt.replace(f"P(X = {place})", f"p_{place}"), f"p_{place}") for place in (0, 1, 3)}
    law[2] = 1 - sum(law.values())
    assert r"$P(X \ge 2)$" in prompt
    return Number(sum(mass for place, mass in law.items() if place >= 2))


@solves("MT-PR-06")
def _(prompt):
    stake, small, large = numbers(prompt)
    chance_small, chance_large = (expression(text) for text in fragments(prompt))
    return Number(chance_small * (small - stake) + chance_large * (large - stake)
                  + (1 - chance_small - chance_large) * (0 - stake))
