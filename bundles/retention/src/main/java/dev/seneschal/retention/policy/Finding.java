package dev.seneschal.retention.policy;

/**
 * What is wrong with a policy, or noteworthy.
 *
 * @param isError whether the policy cannot work
 * @param field the field it is about, as a JSON pointer
 * @param detail what it is and what to do
 */
public record Finding(boolean isError, String field, String detail) {}
