/** Channels: who listens to which, where a channel's history is, and how a position in it is recovered. No transport, no protocol. */
package dev.seneschal.realtime.hub;
