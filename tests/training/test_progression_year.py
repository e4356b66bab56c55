"""A year of sessions on a simulated calendar: every recommendation in it follows the rules.

A person who is made up, from a seed, gets stronger, gets hurt, stays away, comes too often. What
the coach would remember of that is put together here, in the simplest way, and the rules are
checked against the whole year, of which the coach never sees more than its memory.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise
from random import Random

import pytest

from coach.training.care import Care, care_for
from coach.training.history import Day, History, Pain, Training
from coach.training.plan import Plan
from coach.training.progression import recommend
from tests.training.test_progression import LINE, START, exercises

WEEK = 7
YEAR = 365
BOTTOM = 3.0
"""The count at the end of the way down."""


def level(exercise: str | None) -> int:
    return LINE.index(exercise or START)


@dataclass
class Session:
    """What came of a plan on a day. ``exercise`` is what the reps were of, None without any."""

    day: Day
    plan: Plan
    exercise: str | None = None
    reps: list[bool] = field(default_factory=list)
    floor: float | None = None
    found: float | None = None
    shown: float = 0.0
    hurt: bool = False
    pain_level: int | None = None
    effort: int | None = None
    hold_seconds: float | None = None
    hold_whole: bool = False

    @property
    def longest_run(self) -> int:
        if self.floor != BOTTOM:
            return 0
        marks = "".join("x" if perfect else " " for perfect in self.reps)
        return max(map(len, marks.split()), default=0)

    @property
    def care(self) -> Care:
        """How careful it has to be, by the number that pain was given."""
        if self.pain_level is None:
            return "as_planned"
        return care_for(self.pain_level, hurt_twice=self.plan.hurt_twice)

    def remembered(self) -> Training:
        return Training(
            day=self.day,
            outcome="pain" if self.hurt else "finished",
            exercise=self.exercise,
            floor=self.floor,
            down_seconds=3.0 if self.exercise else None,
            reps=len(self.reps),
            perfect=sum(self.reps),
            longest_run=self.longest_run,
            hold_seconds=self.hold_seconds,
            hold_whole=self.hold_whole,
        )


class Year:
    """All that happened, and what of it the coach remembers."""

    def __init__(self) -> None:
        self.sessions: list[Session] = []

    @property
    def trained(self) -> list[Session]:
        return [session for session in self.sessions if session.exercise]

    def memory(self, today: Day) -> History:
        past = [session.remembered() for session in self.trained]
        recent = [training for training in past if today - training.day < WEEK]
        holds = [session for session in self.sessions if session.hold_seconds is not None]
        pains = [session for session in self.sessions if session.hurt]
        levels = [it.pain_level for it in self.sessions if it.pain_level is not None]
        efforts = [session.day for session in self.sessions if session.effort is not None]
        return History(
            trainings=tuple(recent if len(recent) > 1 else past[-2:]),
            floors={it.exercise: it.found for it in self.trained if it.exercise and it.found},
            pain=Pain(pains[-1].day, pains[-1].exercise) if pains else None,
            ended_in_pain=bool(self.sessions) and self.sessions[-1].hurt,
            hurt_twice=[session.hurt for session in self.sessions[-2:]] == [True, True],
            pain_level=levels[-1] if levels else None,
            effort_day=efforts[-1] if efforts else None,
            last_hold=holds[-1].remembered() if holds else None,
        )


class Person:
    """Does as the coach says, mostly. ``strength`` is the level at which nothing is shown yet; a
    level above it, all the way down is."""

    def __init__(self, seed: int) -> None:
        self.chance = Random(seed)  # noqa: S311 - no secret is made of it
        self.strength = 3.0
        self.comes_too_often = self.chance.random()

    def happens(self, probability: float) -> bool:
        return self.chance.random() < probability

    def days_until_the_next(self) -> int:
        if self.happens(0.03):
            return self.chance.randint(14, 40)
        if self.happens(self.comes_too_often):
            return self.chance.choice([0, 1, 1, 2])
        return self.chance.choice([2, 2, 3, 4, 6])

    def depth(self, exercise: str) -> float:
        halves = round(2 * BOTTOM * (self.strength - level(exercise)))
        return max(1.0, min(BOTTOM, halves / 2))

    def chooses(self, plan: Plan) -> str:
        easier = exercises()[plan.exercise].easier
        harder = exercises()[plan.exercise].harder
        if plan.offers and self.happens(0.7):
            return self.chance.choice(plan.offers)
        if easier and self.happens(0.02):
            return easier
        if harder and plan.may_advance and self.happens(0.02):
            return harder[0]
        return plan.exercise

    def follows(self, plan: Plan, day: Day) -> Session:
        session = Session(day, plan)
        if plan.asks_pain_level:
            session.pain_level = self.chance.choice([0, 1, 2, 3, 4, 5, 6, 8, 10])
        if self.happens(0.01) or (session.pain_level is not None and self.happens(0.1)):
            session.hurt = True
        elif session.care == "easy" or (plan.easy and self.happens(0.5)):
            self.holds(session)
        else:
            exercise = self.chooses(plan)
            easier = exercises()[exercise].easier or exercise
            self.trains(session, easier if session.care == "easier" else exercise)
            session.effort = self.chance.randint(0, 10) if plan.asks_effort else None
        return session

    def trains(self, session: Session, exercise: str) -> None:
        session.exercise = exercise
        depth = self.depth(exercise)
        plan = session.plan
        floor = plan.floor if exercise == plan.exercise else plan.floors.get(exercise)
        if floor is None:
            floor = session.found = session.shown = depth
        elif session.plan.probe and exercise == session.plan.exercise and depth > floor:
            floor = session.found = session.shown = floor + 0.5
        session.floor = floor
        for _ in range(self.chance.choice([5, 10, 16])):
            session.reps.append(depth >= floor and self.happens(0.98))
            if session.reps[-2:] == [False, False]:
                session.floor = session.found = floor = max(1.0, floor - 1)
        session.hurt = self.happens(0.03)
        self.strength += 0.03
        if not session.hurt:
            self.holds(session)

    def holds(self, session: Session) -> None:
        session.hold_whole = self.happens(0.8)
        seconds = session.plan.hold_seconds or 20.0
        session.hold_seconds = seconds if session.hold_whole else seconds * self.chance.random()


def a_year(seed: int, look: Callable[[Year, Day, Plan], None]) -> Year:
    """The year of one person; ``look`` sees each plan, and all that was before it."""
    person, year, day = Person(seed), Year(), 0
    while day < YEAR:
        plan = recommend(year.memory(day), day, START, exercises())
        look(year, day, plan)
        year.sessions.append(person.follows(plan, day))
        day += person.days_until_the_next()
    return year


EveryYear = pytest.mark.parametrize("seed", range(12))


@EveryYear
def test_never_more_than_three_days_a_week_without_saying_so(seed: int) -> None:
    def look(year: Year, day: Day, plan: Plan) -> None:
        days = {session.day for session in year.trained if day - session.day < WEEK}
        too_soon = bool(days & {day, day - 1})
        assert (plan.easy is not None) == (too_soon or len(days - {day}) >= 3)

    a_year(seed, look)


@EveryYear
def test_never_a_floor_below_what_was_shown(seed: int) -> None:
    def look(year: Year, day: Day, plan: Plan) -> None:
        shown: dict[str | None, float] = {}
        for session in year.trained:
            shown[session.exercise] = max(session.shown, shown.get(session.exercise, 0.0))
        assert (plan.floor is None) == (plan.exercise not in shown)
        if plan.floor is not None:
            assert plan.floor <= shown[plan.exercise]

    a_year(seed, look)


@EveryYear
def test_deeper_is_tried_only_after_a_session_of_perfect_reps(seed: int) -> None:
    def look(year: Year, day: Day, plan: Plan) -> None:
        if plan.probe:
            last = year.trained[-1]
            assert (last.exercise, all(last.reps)) == (plan.exercise, True)
            assert plan.reason == "plan_all_perfect"

    a_year(seed, look)


@EveryYear
def test_never_up_a_level_within_a_week_of_pain(seed: int) -> None:
    def look(year: Year, day: Day, plan: Plan) -> None:
        for past in year.sessions:
            if past.hurt and day - past.day <= WEEK:
                hurting = level(past.exercise or past.plan.exercise)
                lower = past.exercise is not None and hurting > 0
                assert level(plan.exercise) <= hurting - lower
                assert not plan.offers
                assert not plan.repeats
                assert not plan.may_advance

    a_year(seed, look)


@EveryYear
def test_the_session_after_pain_begins_by_asking_and_is_easier_and_no_other_asks(seed: int) -> None:
    def look(year: Year, day: Day, plan: Plan) -> None:
        last = year.sessions[-1] if year.sessions else None
        assert plan.asks_after_pain == (last is not None and last.hurt)
        if last is not None and last.hurt and last.exercise:
            assert level(plan.exercise) == max(0, level(last.exercise) - 1)
            assert plan.reason == "plan_after_pain"

    a_year(seed, look)


@EveryYear
def test_pain_is_given_a_number_until_it_is_low_and_twice_in_a_row_leaves_an_easy_session(
    seed: int,
) -> None:
    def look(year: Year, day: Day, plan: Plan) -> None:
        levels = [it.pain_level for it in year.sessions if it.pain_level is not None]
        lasts = bool(levels) and levels[-1] > 2
        hurt = [session.hurt for session in year.sessions]
        assert plan.asks_pain_level == (hurt[-1:] == [True] or lasts)
        assert plan.hurt_twice == (hurt[-2:] == [True, True])
        if plan.asks_pain_level:
            assert not plan.may_advance
            assert not plan.offers
            assert not plan.probe

    year = a_year(seed, look)
    for session in year.sessions:
        if session.pain_level is not None and (session.pain_level > 5 or session.plan.hurt_twice):
            assert session.exercise is None, "no reps"
        elif session.exercise and session.pain_level in (3, 4, 5):
            assert level(session.exercise) <= max(0, level(session.plan.exercise) - 1)


@EveryYear
def test_how_hard_it_was_is_asked_once_a_week_at_most(seed: int) -> None:
    year = a_year(seed, lambda _year, _day, _plan: None)
    asked = [session.day for session in year.sessions if session.effort is not None]
    assert all(later - before >= WEEK for before, later in pairwise(asked))
    assert len(asked) > YEAR / 40


@EveryYear
def test_four_weeks_off_are_one_step_back_and_less_is_none_but_for_pain(seed: int) -> None:
    def look(year: Year, day: Day, plan: Plan) -> None:
        if year.trained and plan.reason != "plan_after_pain":
            last = year.trained[-1]
            off = day - last.day
            assert level(plan.exercise) == max(0, level(last.exercise) - (off >= 28))
            assert (plan.reason == "plan_two_weeks_off") == (14 <= off < 28)
            assert (plan.reason == "plan_four_weeks_off") == (off >= 28)

    a_year(seed, look)


@EveryYear
def test_two_weeks_off_are_a_set_less_from_a_count_higher_and_nothing_else_is(seed: int) -> None:
    def look(year: Year, day: Day, plan: Plan) -> None:
        last = year.trained[-1] if year.trained else None
        off = last is not None and day - last.day >= 14
        eased = off and last is not None and last.exercise == plan.exercise
        assert plan.fewer_sets == eased
        known = plan.floors.get(plan.exercise)
        assert plan.floor == (max(1.0, known - 1.0) if known and eased else known)

    a_year(seed, look)


@EveryYear
def test_something_harder_is_offered_when_it_was_earned_and_at_no_other_time(seed: int) -> None:
    def look(year: Year, day: Day, plan: Plan) -> None:
        if plan.offers:
            last = year.trained[-1]
            hurt_in = {past.exercise for past in year.sessions if past.hurt}
            before = year.trained[-2:][0]
            assert last.exercise == plan.exercise
            earned = before.exercise == last.exercise and len(year.trained) > 1
            earned = earned and min(before.longest_run, last.longest_run) >= 15
            assert earned or set(plan.offers) <= hurt_in
            assert plan.easy is None

    a_year(seed, look)


@pytest.mark.slow
def test_these_years_have_everything_in_them() -> None:
    """Else the rules above would hold for nothing."""
    seen: Counter[str] = Counter()

    def look(year: Year, day: Day, plan: Plan) -> None:
        hurt = {past.exercise for past in year.sessions if past.hurt}
        seen.update({plan.reason, plan.easy or "no easy", plan.exercise})
        seen["a probe"] += plan.probe
        seen["an offer"] += bool(plan.offers)
        seen["a way back"] += bool(plan.offers) and plan.offers[0] in hurt
        seen["pain before any reps"] += None in hurt
        seen["pain in two sessions"] += plan.hurt_twice
        seen["pain that lasts"] += plan.asks_pain_level and not plan.asks_after_pain

    for seed in range(40):
        a_year(seed, look)
    reasons = {"first_time", "as_last_time", "after_pain", "all_perfect"}
    reasons |= {"two_weeks_off", "four_weeks_off"}
    assert {f"plan_{reason}" for reason in reasons} <= set(seen)
    assert {"no easy", "easy_today", "easy_yesterday", "easy_three_times", *LINE} <= set(seen)
    for rare in ("a probe", "an offer", "a way back", "pain before any reps", "pain that lasts"):
        assert seen[rare] >= 10, rare


# Somebody to whom nothing ever happens


def way_up(start: str, reps: int, days: tuple[int, ...]) -> dict[str, Day]:
    """The first day of every exercise, for who does ``reps`` perfect reps on each of ``days`` and
    takes every offer."""
    year, first = Year(), dict[str, Day]()
    for day in days:
        plan = recommend(year.memory(day), day, start, exercises())
        exercise = plan.offers[0] if plan.offers else plan.exercise
        first.setdefault(exercise, day)
        year.sessions.append(Session(day, plan, exercise, [True] * reps, BOTTOM, BOTTOM))
    return first


THREE_A_WEEK = tuple(7 * week + day for week in range(52) for day in (0, 2, 4))


@pytest.mark.parametrize("start", ["dead_bug", START])
def test_who_is_perfect_all_along_goes_up_every_two_sessions(start: str) -> None:
    first = way_up(start, reps=15, days=THREE_A_WEEK)
    up = LINE[LINE.index(start) :]
    assert first == dict(zip(up, THREE_A_WEEK[::2], strict=False))


def test_who_does_fourteen_perfect_reps_stays_where_they_are() -> None:
    assert list(way_up(START, reps=14, days=THREE_A_WEEK)) == [START]


def test_who_trains_every_day_is_never_offered_anything_harder() -> None:
    assert list(way_up(START, reps=15, days=tuple(range(YEAR)))) == [START]


def test_a_floor_of_one_count_gets_to_the_bottom_by_half_a_count_each_time() -> None:
    year = Year()
    floors = [1.0]
    for day in THREE_A_WEEK[:7]:
        plan = recommend(year.memory(day), day, START, exercises())
        floor = floors[-1] + 0.5 * plan.probe
        floors.append(floor)
        year.sessions.append(Session(day, plan, START, [True] * 5, floor, floor))
    assert floors[1:] == [1.0, 1.5, 2.0, 2.5, 3.0, 3.0, 3.0]
