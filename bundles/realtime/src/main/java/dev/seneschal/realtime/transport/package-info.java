/** WebSocket and HTTP streaming: the only package that knows servlets and Jetty. */
package dev.seneschal.realtime.transport;
