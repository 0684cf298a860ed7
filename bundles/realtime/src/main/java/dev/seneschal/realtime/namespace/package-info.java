/** Namespaces: what holds for all channels whose names begin alike. */
package dev.seneschal.realtime.namespace;
