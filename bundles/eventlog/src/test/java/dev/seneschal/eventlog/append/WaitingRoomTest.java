package dev.seneschal.eventlog.append;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seneschal.api.event.CloudEvent;
import dev.seneschal.api.event.LogBusyException;
import dev.seneschal.api.tenant.TenantId;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class WaitingRoomTest {

    private final WaitingRoom room = new WaitingRoom(new AppendLimits(10, 25, 20_000, 10_000));
    private final Intake intake = new Intake(new EventRules(10_000));

    private Request request(int events) {
        return request(events, "1");
    }

    private Request request(int events, String data) {
        return request(TenantId.DEFAULT, events, data);
    }

    private Request request(String tenant, int events) {
        return request(new TenantId(tenant), events, "1");
    }

    private Request request(TenantId tenant, int events, String data) {
        return intake.accept(
                tenant,
                IntStream.range(0, events)
                        .mapToObj(i -> CloudEvent.of("id" + i, "/s", "t", null, data))
                        .toList());
    }

    @Test
    void refusesWhatIsBeyondTheBoundOfEvents() {
        room.enter(request("a", 20));
        assertThatThrownBy(() -> room.enter(request("b", 6))).isInstanceOf(LogBusyException.class);
        room.enter(request("b", 5));
        assertThat(room.events()).isEqualTo(25);
    }

    @Test
    void oneTenantLeavesRoomForAnother() {
        int accepted = 0;
        while (enters(request("busy", 1))) {
            accepted++;
        }
        assertThat(accepted).isEqualTo(19);
        room.enter(request("other", 5));
        assertThat(enters(request("busy", 1))).isFalse();
    }

    @Test
    void oneRequestMayBeAsLargeAsTheRoom() {
        room.enter(request(25));
        assertThat(room.events()).isEqualTo(25);
    }

    private boolean enters(Request request) {
        try {
            room.enter(request);
            return true;
        } catch (LogBusyException e) {
            return false;
        }
    }

    @Test
    void tenantsTakeTurnsAndEachKeepsItsOrder() throws Exception {
        var busy = Stream.generate(() -> request("busy", 2)).limit(8).toList();
        var other = Stream.generate(() -> request("other", 2)).limit(2).toList();
        busy.forEach(room::enter);
        other.forEach(room::enter);
        assertThat(room.nextGroup()).containsExactly(busy.get(0), other.get(0), busy.get(1), other.get(1), busy.get(2));
        assertThat(room.nextGroup()).containsExactlyElementsOf(busy.subList(3, 8));
    }

    @Test
    void refusesWhatIsBeyondTheBoundOfMemory() {
        var large = "\"" + "x".repeat(9_000) + "\"";
        room.enter(request(1, large));
        assertThatThrownBy(() -> room.enter(request(2, large))).isInstanceOf(LogBusyException.class);
        assertThat(room.events()).isEqualTo(1);
    }

    @Test
    void countsAGroupUntilItHasLeft() throws Exception {
        room.enter(request("a", 20));
        room.enter(request("b", 3));
        var group = room.nextGroup();
        assertThat(group).hasSize(1);
        assertThatThrownBy(() -> room.enter(request("c", 5))).isInstanceOf(LogBusyException.class);
        room.leave(group);
        room.enter(request("c", 5));
        assertThat(room.nextGroup()).hasSize(2);
    }

    @Test
    void groupsKeepTheOrderAndNeverSplitARequest() throws Exception {
        var first = request(4);
        var second = request(5);
        var third = request(3);
        room.enter(first);
        room.enter(second);
        room.enter(third);
        assertThat(room.nextGroup()).containsExactly(first, second);
        assertThat(room.nextGroup()).containsExactly(third);
    }

    @Test
    void aClosedRoomLetsNobodyInAndHandsOutTheRest() throws Exception {
        room.enter(request(1));
        room.close();
        assertThatThrownBy(() -> room.enter(request(1))).isInstanceOf(LogBusyException.class);
        assertThat(room.nextGroup()).hasSize(1);
        assertThat(room.nextGroup()).isEmpty();
    }
}
