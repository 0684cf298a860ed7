package dev.seneschal.eventlog.append;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.seneschal.api.event.CloudEvent;
import dev.seneschal.api.event.LogBusyException;
import dev.seneschal.api.tenant.TenantId;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class WaitingRoomTest {

    private final WaitingRoom room = new WaitingRoom(new AppendLimits(10, 25, 20_000, 10_000));
    private final Intake intake = new Intake(new EventRules(10_000));

    private Request request(int events) {
        return request(events, "1");
    }

    private Request request(int events, String data) {
        return intake.accept(
                TenantId.DEFAULT,
                IntStream.range(0, events)
                        .mapToObj(i -> CloudEvent.of("id" + i, "/s", "t", null, data))
                        .toList());
    }

    @Test
    void refusesWhatIsBeyondTheBoundOfEvents() {
        room.enter(request(20));
        assertThatThrownBy(() -> room.enter(request(6))).isInstanceOf(LogBusyException.class);
        room.enter(request(5));
        assertThat(room.events()).isEqualTo(25);
    }

    @Test
    void refusesWhatIsBeyondTheBoundOfMemory() {
        var large = "\"" + "x".repeat(9_000) + "\"";
        room.enter(request(1, large));
        room.enter(request(1, large));
        assertThatThrownBy(() -> room.enter(request(1, large))).isInstanceOf(LogBusyException.class);
    }

    @Test
    void countsAGroupUntilItHasLeft() throws Exception {
        room.enter(request(20));
        room.enter(request(5));
        var group = room.nextGroup();
        assertThat(group).hasSize(1);
        assertThatThrownBy(() -> room.enter(request(5))).isInstanceOf(LogBusyException.class);
        room.leave(group);
        room.enter(request(5));
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
