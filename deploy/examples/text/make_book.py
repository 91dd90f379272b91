"""Writes a text of a book's length to standard output: words by Zipf's law in sentences, paragraphs and chapters."""

import itertools
import random
import sys

ONSETS = ["b", "br", "d", "f", "g", "h", "k", "l", "m", "n", "p", "r", "s", "st", "t", "th", "v", "w", ""]
VOWELS = ["a", "e", "i", "o", "u", "ea", "ou"]
CODAS = ["", "", "n", "r", "st", "l", "m", "ck"]


def vocabulary(rnd, size):
    words = set()
    while len(words) < size:
        syllables = rnd.choices([1, 2, 3], weights=[5, 4, 1])[0]
        words.add("".join(rnd.choice(ONSETS) + rnd.choice(VOWELS) + rnd.choice(CODAS) for _ in range(syllables)))
    return sorted(words, key=lambda word: (len(word), word))


def sentence(rnd, words, cumulated):
    chosen = rnd.choices(words, cum_weights=cumulated, k=rnd.randint(4, 24))
    chosen[0] = chosen[0].capitalize()
    return " ".join(chosen) + rnd.choice([".", ".", ".", "?", "!"])


def main():
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 120_000
    rnd = random.Random(int(sys.argv[2]) if len(sys.argv) > 2 else 1)
    words = vocabulary(rnd, 8_000)
    cumulated = list(itertools.accumulate(1 / rank for rank in range(1, len(words) + 1)))
    written, chapter = 0, 0
    while written < count:
        chapter += 1
        print(f"\nCHAPTER {chapter}\n")
        for _ in range(rnd.randint(20, 40)):
            paragraph = " ".join(sentence(rnd, words, cumulated) for _ in range(rnd.randint(3, 8)))
            written += paragraph.count(" ") + 1
            print(paragraph + "\n")


if __name__ == "__main__":
    main()
