/** A host as a process of its own, for tests that stop, kill and starve it. */
package dev.seneschal.host;
