/** The REST API of this bundle. */
package dev.seneschal.realtime.rest;
