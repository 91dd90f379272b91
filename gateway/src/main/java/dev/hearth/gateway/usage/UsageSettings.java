package dev.hearth.gateway.usage;

import java.time.Duration;

/**
 * Bounds of the ledger, and prices.
 *
 * @param flush how often sums are stored
 * @param keepFor how long days are kept
 * @param functions functions with an account of their own on each day
 * @param prices what usage costs
 */
public record UsageSettings(Duration flush, Duration keepFor, int functions, Prices prices) {}
