/** Karaf commands: thin, over the service. */
package dev.seneschal.realtime.command;
