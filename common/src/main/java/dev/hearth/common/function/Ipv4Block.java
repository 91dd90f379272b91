package dev.hearth.common.function;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A block of IPv4 addresses.
 *
 * @param base its first address, as a number
 * @param bits length of the prefix that its addresses share, 0 to 32
 */
public record Ipv4Block(int base, int bits) {
    private static final Pattern FORM =
            Pattern.compile("(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})(?:/(\\d{1,2}))?");
    private static final int WIDTH = 32;
    private static final int MOST_OCTET = 255;

    /** Blocks of RFC 6890 that lead to a machine itself, its neighbours or nowhere; metadata services are in 169.254/16. */
    public static final List<Ipv4Block> SPECIAL = List.of(
                    "0.0.0.0/8",
                    "10.0.0.0/8",
                    "100.64.0.0/10",
                    "127.0.0.0/8",
                    "169.254.0.0/16",
                    "172.16.0.0/12",
                    "192.0.0.0/24",
                    "192.168.0.0/16",
                    "198.18.0.0/15",
                    "224.0.0.0/3")
            .stream()
            .map(Ipv4Block::parse)
            .toList();

    public Ipv4Block {
        if (bits < 0 || bits > WIDTH) {
            throw new IllegalArgumentException("/" + bits + " is no prefix: it must be /0 to /" + WIDTH);
        }
        base &= mask(bits);
    }

    /** Reads {@code 10.0.0.0/8}, or {@code 10.0.0.1} as a block of one; throws IllegalArgumentException with the rule. */
    public static Ipv4Block parse(String text) {
        Matcher parts = FORM.matcher(text);
        if (!parts.matches()) {
            throw wrong(text);
        }
        int address = 0;
        for (int i = 1; i <= 4; i++) {
            int octet = Integer.parseInt(parts.group(i));
            if (octet > MOST_OCTET) {
                throw wrong(text);
            }
            address = address << 8 | octet;
        }
        int bits = parts.group(5) == null ? WIDTH : Integer.parseInt(parts.group(5));
        if (bits > WIDTH) {
            throw wrong(text);
        }
        return new Ipv4Block(address, bits);
    }

    private static IllegalArgumentException wrong(String text) {
        return new IllegalArgumentException(
                "'" + text + "' is no block of IPv4 addresses, for example 10.0.0.0/8 or 192.0.2.1");
    }

    private static int mask(int bits) {
        return bits == 0 ? 0 : -1 << (WIDTH - bits);
    }

    public boolean contains(Ipv4Block other) {
        return other.bits >= bits && (other.base & mask(bits)) == base;
    }

    /** How many addresses it has. */
    public long size() {
        return 1L << (WIDTH - bits);
    }

    /** The n-th address, the first being 0, without a prefix. */
    public String address(int n) {
        return dotted(base + n);
    }

    /** Whether it is in a block that no function reaches. */
    public boolean isSpecial() {
        return SPECIAL.stream().anyMatch(block -> block.contains(this));
    }

    /** Which address of the block this is, the first being 0. */
    public int indexOf(Ipv4Block address) {
        return address.base - base;
    }

    private static String dotted(int address) {
        return (address >>> 24) + "." + (address >>> 16 & MOST_OCTET) + "." + (address >>> 8 & MOST_OCTET) + "."
                + (address & MOST_OCTET);
    }

    @Override
    public String toString() {
        return dotted(base) + "/" + bits;
    }
}
