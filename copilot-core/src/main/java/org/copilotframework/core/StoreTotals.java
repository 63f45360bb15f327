package org.copilotframework.core;

/**
 * What a store holds.
 *
 * @param tenants how many tenants
 * @param sessions how many sessions
 * @param turns how many turns in them
 * @param runs how many runs
 * @param steps how many steps of runs
 * @param events how many retained events of runs
 * @param values how many values that live for always
 * @param counters how many values are counters, or may be if the store cannot tell, those that live for a time included: an
 *     encrypted store keeps them, and nothing else, as they are
 * @param sha256 over all of these in a canonical form, in hexadecimal digits
 */
public record StoreTotals(
        long tenants,
        long sessions,
        long turns,
        long runs,
        long steps,
        long events,
        long values,
        long counters,
        String sha256) {}
