package dev.hearth.gateway.image;

/** Who the node is to a registry of images; prints itself without the password. */
public record Credentials(String host, String username, String password) {
    @Override
    public String toString() {
        return "Credentials[host=" + host + ", username=" + username + "]";
    }
}
