#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A second opinion on indicator 4 and the control rates, slow and obvious, from the exported tables.

second_opinion.py FOLDER YYYY-MM-DD: FOLDER holds FORM.csv as xiangyi-admin export writes them. Prints, for each
indicator, "code denominator numerator apart". Written from the definitions (doc/indicators.md and the rules'
values), not from the program: it shares no code with it.
"""
import csv
import datetime
import sys

FOLDER, ON = sys.argv[1], datetime.date.fromisoformat(sys.argv[2])
FIRST = datetime.date(ON.year, 1, 1)
DAY = datetime.timedelta(days=1)
ALWAYS, UNCLEARED = {31, 32, 33, 34, 35}, {21, 22, 23}


def day(text):
    return datetime.date.fromisoformat(text) if text else None


def table(form):
    with open(f"{FOLDER}/{form}.csv", encoding="utf-8-sig", newline="") as file:
        return [row for row in csv.DictReader(file) if not row.get("retired")]


def by_resident(form):
    rows = {}
    for row in table(form):
        rows.setdefault(row["subject_name"], []).append(row)
    return rows


def age(birth, on):
    years = on.year - birth.year
    had = (on.month, on.day) >= (birth.month, birth.day)
    return years if had else years - 1


class Person:
    def __init__(self, row):
        self.id, self.birth = row["name"], day(row["birth_date"])  # names are unique there
        self.status, self.changed = int(row["status"] or 1), day(row["status_date"])


class Disease:
    def __init__(self, code, enrolment, visits):
        self.code, self.enrolments, self.visits = code, enrolment, visits


PEOPLE = [Person(row) for row in table("resident")]
SPANS, CONTRACTS, EXAMS, REFERRALS = map(by_resident, ("category_span", "contract", "examination", "referral"))
DISEASES = [Disease("htn", by_resident("hypertension_enrolment"), by_resident("hypertension_visit")),
            Disease("dm", by_resident("diabetes_enrolment"), by_resident("diabetes_visit"))]


def registration(disease, person):
    """The enrolment in force on ON (the latest), else the last one closed in the year."""
    held, ended = [], []
    for row in disease.enrolments.get(person.id, []):
        enrolled, closed = day(row["enrolled_date"]), day(row["closed_date"])
        if not enrolled or enrolled > ON:
            continue
        if closed and closed <= ON:
            if closed >= FIRST:
                ended.append((closed, enrolled, int(row["closed_reason"] or 0)))
        else:
            held.append((enrolled, closed))
    if held:
        enrolled, _ = max(held, key=lambda pair: pair[0])
        return enrolled, None, 0
    if ended:
        closed, enrolled, reason = max(ended, key=lambda triple: triple[0])
        return enrolled, closed, reason
    return None


def left_day(person, found):
    if person.status in (2, 3):
        gone = person.changed or ON - DAY
    elif found and found[1] and found[2] in (1, 2):
        gone = found[1]
    else:
        return None
    return gone if gone < ON else None


def last_day_here(person):
    if person.status in (2, 3) and person.changed and person.changed < ON:
        return person.changed
    return ON


def low_income(person, wide):
    on = last_day_here(person)
    for row in SPANS.get(person.id, []):
        start, end, category = day(row["valid_from"]), day(row["valid_to"]), int(row["category"] or -1)
        if not start or start > on or (end and end < on):
            continue
        cleared = row["risk_cleared"] == "1" and (not row["risk_cleared_date"] or day(row["risk_cleared_date"]) <= on)
        if category in ALWAYS or (wide and category == 10) or (category in UNCLEARED and not cleared):
            return True
    return False


def signed(person):
    last = last_day_here(person)
    for row in CONTRACTS.get(person.id, []):
        start, end, ended = day(row["start_date"]), day(row["end_date"]), day(row["ended_date"])
        if row["status"] not in ("1", "2", "3") or not start:
            continue
        if row["status"] == "2" and ended and (not end or ended <= end):
            end = ended - DAY
        if start <= last and (not end or end >= FIRST):
            return True
    return False


def number(row, name):
    return float(row[name]) if row.get(name) else 0.0


def counts(disease, row):
    return (row["mode"] in ("1", "2") and row["outcome"] != "2" and number(row, "sbp") > 0 and
            number(row, "dbp") > 0 and (disease.code != "dm" or number(row, "fpg") > 0))


def controlled(disease, person, row):
    if disease.code == "dm":
        return 0 < number(row, "fpg") < 7.0
    years = age(person.birth, day(row["visit_date"])) if person.birth else 0
    return 0 < number(row, "sbp") < (150 if years >= 65 else 140) and 0 < number(row, "dbp") < 90


def danger(disease, row):
    signs = [code for code in row["danger_signs"].split() if code != "1"]
    high = number(row, "sbp") >= 180 or number(row, "dbp") >= 110
    glucose = disease.code == "dm" and any(
        value and (value <= 3.9 or value >= 16.7)
        for value in (number(row, "fpg"), number(row, "glucose_2h"), number(row, "glucose_random")))
    return bool(signs) or high or glucose


def needs_follow_up(disease, person, row):
    measured = number(row, "fpg") > 0 if disease.code == "dm" else number(row, "sbp") > 0 and number(row, "dbp") > 0
    return (row["adverse"] == "2" or int(row["class"] or 0) >= 2 or danger(disease, row) or
            (measured and not controlled(disease, person, row)))


def norm(disease, person, enrolled, end):
    start = max(enrolled, FIRST)
    rows = sorted((row for row in disease.visits.get(person.id, []) if counts(disease, row)),
                  key=lambda row: row["visit_date"])
    days = sorted({day(row["visit_date"]) for row in rows if start <= day(row["visit_date"]) <= end})
    if len(days) < min(4, (end - start).days // 90):
        return False
    marks = [start] + days + [end]
    if any((b - a).days > 120 for a, b in zip(marks, marks[1:])):
        return False
    if not any(row["kind"] == "1" and FIRST <= day(row["exam_date"]) <= end for row in EXAMS.get(person.id, [])):
        return False
    for row in rows:
        seen, limit = day(row["visit_date"]), day(row["visit_date"]) + 14 * DAY
        if not start <= seen <= end or limit > end or not needs_follow_up(disease, person, row):
            continue
        again = any(seen < day(other["visit_date"]) <= limit for other in rows)
        checked = any(row2["checked_date"] and seen < day(row2["checked_date"]) <= limit
                      for row2 in REFERRALS.get(person.id, []))
        if not again and not checked:
            return False
    return True


def last_controlled(disease, person, enrolled, end):
    start = max(enrolled, FIRST)
    rows = [row for row in disease.visits.get(person.id, [])
            if counts(disease, row) and start <= day(row["visit_date"]) <= end]
    if not rows:
        return None
    newest = max(row["visit_date"] for row in rows)
    return [controlled(disease, person, row) for row in rows if row["visit_date"] == newest]


def registered(person, found):
    left = left_day(person, found)
    if not found or (left and left < FIRST):
        return False
    end = left or ON
    enrolled, closed, reason = found
    return not (closed and closed <= end) or reason in (3, 4) or left is not None


def tally():
    figures = {}

    def count(code, kind):
        row = figures.setdefault(code, [0, 0, 0])
        if kind == "apart":
            row[2] += 1
        else:
            row[0] += 1
            row[1] += kind

    for disease in DISEASES:
        for code in (f"annex4_{disease.code}", f"annex4_wide_{disease.code}", f"{disease.code}_managed",
                     f"{disease.code}_controlled"):
            figures.setdefault(code, [0, 0, 0])
    for person in PEOPLE:
        for disease in DISEASES:
            found = registration(disease, person)
            if not registered(person, found):
                continue
            enrolled, left = found[0], left_day(person, found)
            end = left or ON
            apart = bool(left) or (end - enrolled).days < 90
            kind = "apart" if apart else norm(disease, person, enrolled, end)
            count(f"{disease.code}_managed", kind)
            for wide in ("", "_wide"):
                if low_income(person, bool(wide)) and signed(person):
                    count(f"annex4{wide}_{disease.code}", kind)
            if left:
                count(f"{disease.code}_controlled", "apart")
            else:
                results = last_controlled(disease, person, enrolled, end)
                if results and len(set(results)) > 1:
                    raise SystemExit(f"two readings of one day disagree: {person.id}")
                count(f"{disease.code}_controlled", bool(results) and results[0])
    return figures


for name, row in sorted(tally().items()):
    print(name, *row)
