/** What the host measures of itself, each second: to the channel {@code metrics:host} and the table {@code live_metrics}. */
package dev.seneschal.realtime.metrics;
