/** Templates: their versions, validation and rendering. Entry: {@link dev.seneschal.notification.template.Templates}. */
package dev.seneschal.notification.template;
