/** The verifier an auditor runs: nothing but the JDK and this jar. */
package dev.seneschal.audit.offline;
