/** Open connections: their bounded outgoing queue, who is behind them, and how they end. No transport, no protocol. */
package dev.seneschal.realtime.connection;
