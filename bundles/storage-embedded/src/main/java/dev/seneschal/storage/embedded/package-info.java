/** Runs PostgreSQL as a child of the host. Nothing here is for other bundles; they see the database through the storage. */
package dev.seneschal.storage.embedded;
