"""Writes a table of orders as CSV to standard output: the same rows for the same seed, some of them broken on purpose."""

import random
import sys

COUNTRIES = ["AT", "BR", "CA", "DE", "FR", "IN", "JP", "KE", "MX", "PL", "SE", "US"]
PRODUCTS = ["anvil", "bellows", "chisel", "file", "forge", "hammer", "hinge", "nail", "poker", "tongs", "trivet", "vice"]
BROKEN = ["", "n/a", "-", "12,50"]


def rows(count, seed):
    rnd = random.Random(seed)
    for number in range(1, count + 1):
        date = f"2025-{rnd.randint(1, 12):02d}-{rnd.randint(1, 28):02d}"
        price = f"{rnd.lognormvariate(3, 0.8):.2f}" if rnd.random() > 0.01 else rnd.choice(BROKEN)
        customer = f"customer-{rnd.randint(1, 5000)}@example.org"
        yield f"{number},{date},{rnd.choice(COUNTRIES)},{rnd.choice(PRODUCTS)},{rnd.randint(1, 9)},{price},{customer}"


def main():
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 60_000
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    print("order,date,country,product,quantity,price,customer")
    for row in rows(count, seed):
        print(row)


if __name__ == "__main__":
    main()
