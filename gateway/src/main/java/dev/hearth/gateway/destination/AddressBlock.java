package dev.hearth.gateway.destination;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;

/**
 * The addresses that share a prefix, IPv4 or IPv6.
 *
 * @param base the first of them
 * @param bits length of the prefix
 */
public record AddressBlock(InetAddress base, int bits) {
    private static final Pattern FOUR = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");
    private static final Pattern SIX = Pattern.compile("[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*");

    public AddressBlock {
        byte[] bytes = base.getAddress();
        if (bits < 0 || bits > bytes.length * 8) {
            throw new IllegalArgumentException("/" + bits + " is no prefix of " + base.getHostAddress());
        }
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] &= mask(bits, i);
        }
        base = address(bytes);
    }

    /**
     * Reads {@code 10.0.0.0/8} or {@code fd00::/8}, or an address alone.
     *
     * @throws IllegalArgumentException with the rule
     */
    public static AddressBlock parse(String text) {
        int slash = text.indexOf('/');
        String literal = slash < 0 ? text : text.substring(0, slash);
        try {
            if (!FOUR.matcher(literal).matches() && !SIX.matcher(literal).matches()) {
                throw wrong(text);
            }
            InetAddress base = InetAddress.ofLiteral(literal);
            boolean mapped = literal.contains(":") && base instanceof Inet4Address;
            int most = base.getAddress().length * 8;
            int bits = slash < 0 ? most : Integer.parseUnsignedInt(text.substring(slash + 1));
            if (mapped || bits > most) {
                throw wrong(text);
            }
            return new AddressBlock(base, bits);
        } catch (IllegalArgumentException unreadable) {
            throw wrong(text);
        }
    }

    private static IllegalArgumentException wrong(String text) {
        return new IllegalArgumentException("'" + text
                + "' is no address and no block of addresses, for example 10.0.0.0/8, 192.0.2.1 or fd00::/8");
    }

    boolean contains(InetAddress address) {
        byte[] own = base.getAddress();
        byte[] other = address.getAddress();
        if (own.length != other.length) {
            return false;
        }
        for (int i = 0; i < own.length; i++) {
            if (own[i] != (byte) (other[i] & mask(bits, i))) {
                return false;
            }
        }
        return true;
    }

    /** The part of a prefix of so many bits that lies in this byte. */
    private static byte mask(int bits, int index) {
        int inByte = Math.clamp(bits - index * 8L, 0, 8);
        return (byte) (0xff00 >> inByte);
    }

    private static InetAddress address(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException("an address of " + bytes.length + " bytes", impossible);
        }
    }

    @Override
    public String toString() {
        return base.getHostAddress() + "/" + bits;
    }
}
