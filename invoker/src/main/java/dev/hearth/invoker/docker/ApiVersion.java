package dev.hearth.invoker.docker;

/** A version of the Docker Engine API. */
record ApiVersion(int major, int minor) implements Comparable<ApiVersion> {
    /** The highest that Hearth was tried with; every engine from 25 on speaks it, and 29 nothing older. */
    static final ApiVersion HIGHEST = new ApiVersion(1, 44);

    static ApiVersion parse(String text) {
        String[] parts = text.split("\\.", -1);
        if (parts.length != 2) {
            throw new IllegalArgumentException("'" + text + "' is not a version of the engine's API");
        }
        return new ApiVersion(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]));
    }

    /** What to speak with an engine that offers versions from {@code oldest} to {@code newest}. */
    static ApiVersion choose(ApiVersion oldest, ApiVersion newest) {
        ApiVersion wanted = newest.compareTo(HIGHEST) < 0 ? newest : HIGHEST;
        return wanted.compareTo(oldest) < 0 ? oldest : wanted;
    }

    @Override
    public int compareTo(ApiVersion other) {
        return major != other.major ? Integer.compare(major, other.major) : Integer.compare(minor, other.minor);
    }

    @Override
    public String toString() {
        return major + "." + minor;
    }
}
