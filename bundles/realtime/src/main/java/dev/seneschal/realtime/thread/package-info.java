/** Threads that are named, stopped in order, and work one task after the other where that is needed. */
package dev.seneschal.realtime.thread;
