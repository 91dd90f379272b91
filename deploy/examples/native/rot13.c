/* A program as a function: reads the event from standard input and writes it back with its letters rotated. */
#include <ctype.h>
#include <stdio.h>

int main(void)
{
    int c;

    while ((c = getchar()) != EOF) {
        if (isalpha(c)) {
            int first = islower(c) ? 'a' : 'A';

            c = first + (c - first + 13) % 26;
        }
        putchar(c);
    }
    return 0;
}
