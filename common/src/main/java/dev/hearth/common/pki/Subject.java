package dev.hearth.common.pki;

import java.util.List;
import java.util.regex.Pattern;

/**
 * Whom a certificate names.
 *
 * @param node id of the node, its common name
 * @param role its organisational unit
 * @param hosts addresses and names at which others reach it
 */
public record Subject(String node, Role role, List<String> hosts) {
    private static final Pattern NODE = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9._-]{0,62})");
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9.:_-]{1,253}");
    private static final int MOST_HOSTS = 16;

    /**
     * Checked, since it may come from a stranger.
     *
     * @throws PkiFault when the id or a host has another form
     */
    public Subject {
        if (!NODE.matcher(node).matches()) {
            throw new PkiFault(
                    "'" + shortened(node)
                            + "' is no id of a node: letters, digits, '.', '_' and '-', at most 63, the first a letter or digit");
        }
        hosts = List.copyOf(hosts);
        if (hosts.size() > MOST_HOSTS
                || !hosts.stream().allMatch(host -> HOST.matcher(host).matches())) {
            throw new PkiFault("a member has at most " + MOST_HOSTS + " host names or addresses: " + shortened(hosts));
        }
    }

    private static String shortened(Object value) {
        String text = String.valueOf(value);
        return text.length() <= 80 ? text : text.substring(0, 80) + "...";
    }
}
