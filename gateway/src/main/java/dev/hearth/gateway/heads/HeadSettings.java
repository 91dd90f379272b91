package dev.hearth.gateway.heads;

import java.time.Duration;

/**
 * How heads on one database see each other.
 *
 * @param grace silence after which a head is gone, and another takes over what it had
 * @param poll how often it is asked what other heads have changed, and what has ended there
 */
public record HeadSettings(Duration grace, Duration poll) {}
