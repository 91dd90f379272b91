package dev.hearth.gateway.usage;

import java.time.LocalDate;
import java.util.Optional;

/**
 * Which part of the ledger is asked for.
 *
 * @param from the first day
 * @param to the last day
 * @param account of one function; empty: of all
 */
record Span(LocalDate from, LocalDate to, Optional<Account> account) {}
