/** Notification over REST; every handler calls the service that the commands call too. */
package dev.seneschal.notification.rest;
