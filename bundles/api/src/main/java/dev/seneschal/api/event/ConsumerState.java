package dev.seneschal.api.event;

import java.time.Duration;

/**
 * How far a durable consumer has come.
 *
 * @param name its durable name
 * @param attached whether a service of that name is registered on this node
 * @param lag how many events of all channels it has yet to see
 * @param age how long the oldest of them has waited; zero if there is none
 * @param deadLetters how many events were set aside because it could not process them
 * @param lastError what it threw last, or an empty string
 */
public record ConsumerState(
        String name, boolean attached, long lag, Duration age, long deadLetters, String lastError) {}
