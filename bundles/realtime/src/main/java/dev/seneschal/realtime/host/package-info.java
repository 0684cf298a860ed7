/** What happens to the host itself (bundles, features, configuration, logins), as events of the log. */
package dev.seneschal.realtime.host;
