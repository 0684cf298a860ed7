/** The realtime bundle's components: what OSGi sees of it. */
package dev.seneschal.realtime;
