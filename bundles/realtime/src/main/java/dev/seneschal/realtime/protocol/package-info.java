/** The Centrifuge client protocol in JSON, on any transport. */
package dev.seneschal.realtime.protocol;
