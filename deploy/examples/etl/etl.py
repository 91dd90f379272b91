"""Extracts orders from a CSV table, drops what is broken, and loads the sums by month and country into one JSON report."""

import csv
import io
from collections import Counter, defaultdict
from decimal import Decimal, InvalidOperation


def handle(event, context):
    if not isinstance(event, str):
        raise TypeError("send the table as text/csv")
    revenue = defaultdict(Decimal)
    by_country = defaultdict(Decimal)
    units = Counter()
    customers = set()
    good, broken = 0, []
    for row in csv.DictReader(io.StringIO(event)):
        try:
            amount = Decimal(row["price"]) * int(row["quantity"])
        except (InvalidOperation, ValueError, TypeError, KeyError):
            broken.append(row.get("order"))
            continue
        good += 1
        revenue[row["date"][:7]] += amount
        by_country[row["country"]] += amount
        units[row["product"]] += int(row["quantity"])
        customers.add(row["customer"])
    print(f"rows good={good} broken={len(broken)}")
    return {
        "rows": good,
        "broken": {"count": len(broken), "first": broken[:5]},
        "customers": len(customers),
        "revenue": {month: str(revenue[month]) for month in sorted(revenue)},
        "countries": {name: str(by_country[name]) for name in sorted(by_country)},
        "bestsellers": units.most_common(3),
    }
