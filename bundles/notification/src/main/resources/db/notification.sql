--liquibase formatted sql

--changeset seneschal:notification-1
--comment Templates as they are now; each version that ever was stays in notification_template_versions.
CREATE TABLE notification_templates (
    tenant_id        text         NOT NULL REFERENCES tenants,
    id               uuid         NOT NULL,
    name             varchar(100) NOT NULL CHECK (name ~ '^[a-z0-9][a-z0-9._-]*$'),
    subject_template text         NOT NULL,
    body_template    text         NOT NULL,
    html_template    text,
    variables        jsonb        NOT NULL DEFAULT '{}',
    category         text         NOT NULL CHECK (category IN ('admin', 'user', 'system')),
    version          int          NOT NULL CHECK (version > 0),
    is_active        boolean      NOT NULL DEFAULT true,
    created_at       timestamptz  NOT NULL DEFAULT now(),
    updated_at       timestamptz  NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, name)
);
CALL seneschal_isolate('notification_templates');
COMMENT ON COLUMN notification_templates.body_template IS 'The plain text part; html_template is the HTML part.';

CREATE TABLE notification_template_versions (
    tenant_id        text        NOT NULL,
    template_id      uuid        NOT NULL,
    version          int         NOT NULL,
    subject_template text        NOT NULL,
    body_template    text        NOT NULL,
    html_template    text,
    variables        jsonb       NOT NULL,
    category         text        NOT NULL,
    created_at       timestamptz NOT NULL DEFAULT now(),
    created_by       text        NOT NULL,
    PRIMARY KEY (tenant_id, template_id, version),
    FOREIGN KEY (tenant_id, template_id) REFERENCES notification_templates (tenant_id, id)
);
CALL seneschal_isolate('notification_template_versions');
--rollback DROP TABLE notification_template_versions; DROP TABLE notification_templates;

--changeset seneschal:notification-2
--comment Workflows, kept in the same way.
CREATE TABLE notification_workflows (
    tenant_id     text         NOT NULL REFERENCES tenants,
    id            uuid         NOT NULL,
    name          varchar(100) NOT NULL CHECK (name ~ '^[a-z0-9][a-z0-9._-]*$'),
    trigger_event varchar(100) NOT NULL,
    conditions    jsonb        NOT NULL DEFAULT 'true',
    actions       jsonb        NOT NULL,
    version       int          NOT NULL CHECK (version > 0),
    is_active     boolean      NOT NULL DEFAULT true,
    created_at    timestamptz  NOT NULL DEFAULT now(),
    updated_at    timestamptz  NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, name)
);
CALL seneschal_isolate('notification_workflows');

CREATE TABLE notification_workflow_versions (
    tenant_id     text         NOT NULL,
    workflow_id   uuid         NOT NULL,
    version       int          NOT NULL,
    trigger_event varchar(100) NOT NULL,
    conditions    jsonb        NOT NULL,
    actions       jsonb        NOT NULL,
    is_active     boolean      NOT NULL,
    created_at    timestamptz  NOT NULL DEFAULT now(),
    created_by    text         NOT NULL,
    PRIMARY KEY (tenant_id, workflow_id, version),
    FOREIGN KEY (tenant_id, workflow_id) REFERENCES notification_workflows (tenant_id, id)
);
CALL seneschal_isolate('notification_workflow_versions');
--rollback DROP TABLE notification_workflow_versions; DROP TABLE notification_workflows;

--changeset seneschal:notification-3
--comment One row per mail that was decided on. It pins the versions and the data it was decided with.
CREATE TABLE notification_deliveries (
    tenant_id        text        NOT NULL REFERENCES tenants,
    id               uuid        NOT NULL,
    workflow_id      uuid        NOT NULL,
    workflow_version int         NOT NULL,
    action           smallint    NOT NULL DEFAULT 0,
    recipient_id     text        NOT NULL,
    template_id      uuid,
    template_version int,
    status           text        NOT NULL CHECK (status IN ('pending', 'sending', 'delivered', 'bounced', 'failed',
                                                            'suppressed', 'expired', 'unknown')),
    event_uid        uuid        NOT NULL,
    event            jsonb       NOT NULL,
    why              jsonb       NOT NULL,
    history          jsonb       NOT NULL DEFAULT '[]',
    attempts         int         NOT NULL DEFAULT 0,
    attempt_token    uuid,
    created_at       timestamptz NOT NULL DEFAULT now(),
    sent_at          timestamptz,
    delivered_at     timestamptz,
    error_message    text,
    PRIMARY KEY (tenant_id, id),
    CONSTRAINT notification_deliveries_once UNIQUE (tenant_id, workflow_id, event_uid, action),
    FOREIGN KEY (tenant_id, workflow_id, workflow_version) REFERENCES notification_workflow_versions,
    FOREIGN KEY (tenant_id, template_id, template_version) REFERENCES notification_template_versions
);
CREATE INDEX notification_deliveries_status ON notification_deliveries (tenant_id, status, id DESC);
CREATE INDEX notification_deliveries_open ON notification_deliveries (created_at)
    WHERE status IN ('pending', 'sending');
CALL seneschal_isolate('notification_deliveries');
COMMENT ON COLUMN notification_deliveries.sent_at IS 'When handing it to the transport began.';
COMMENT ON COLUMN notification_deliveries.delivered_at IS 'When the next hop took responsibility for it.';
--rollback DROP TABLE notification_deliveries;

--changeset seneschal:notification-4
--comment Something to see on a fresh host: two calm mails to its administrator. Deactivate or change them at will.
-- Row-level security binds the owner too: these rows are written in the system's scope.
SELECT set_config('seneschal.tenant', '*', true);
INSERT INTO notification_templates (tenant_id, id, name, category, subject_template, body_template, html_template,
                                    variables, version)
VALUES
('default', '01980000-0000-7000-8000-000000000001', 'host-login-failed', 'admin',
 'Failed login: $!{event.data.user}',
 'A login to this Seneschal host failed.

Account:  $!{event.data.user}
Host:     $event.source
Time:     $format.time($event.time, ''d MMM yyyy HH:mm:ss'', ''UTC'') UTC

If this was not you or a colleague, look at the journal and the recent logins:

    events:tail dev.seneschal.host.login.failed
    audit:verify
',
 '<!DOCTYPE html>
<html lang="en"><body>
<p>A login to this Seneschal host failed.</p>
<table cellpadding="4">
<tr><td>Account</td><td><b>$!{event.data.user}</b></td></tr>
<tr><td>Host</td><td>$event.source</td></tr>
<tr><td>Time</td><td>$format.time($event.time, ''d MMM yyyy HH:mm:ss'', ''UTC'') UTC</td></tr>
</table>
<p>If this was not you or a colleague, look at the journal and the recent logins.</p>
</body></html>
',
 '{}', 1),
('default', '01980000-0000-7000-8000-000000000002', 'host-feature-uninstalled', 'admin',
 'Feature $!{event.data.name} was uninstalled',
 'A feature of this Seneschal host was uninstalled.

Feature:  $!{event.data.name} $!{event.data.version}
Time:     $format.time($event.time, ''d MMM yyyy HH:mm:ss'', ''UTC'') UTC

What it had not finished waits and goes on when the feature is back:

    feature:install $!{event.data.name}
',
 NULL, '{}', 1);
INSERT INTO notification_template_versions (tenant_id, template_id, version, subject_template, body_template,
                                            html_template, variables, category, created_by)
SELECT tenant_id, id, version, subject_template, body_template, html_template, variables, category, 'system'
  FROM notification_templates
 WHERE tenant_id = 'default';

INSERT INTO notification_workflows (tenant_id, id, name, trigger_event, conditions, actions, version)
VALUES
('default', '01980000-0000-7000-8000-000000000011', 'host-login-failed', 'dev.seneschal.host.login.failed', 'true',
 '[{"type": "mail", "template": "host-login-failed", "to": "admin@localhost"}]', 1),
('default', '01980000-0000-7000-8000-000000000012', 'host-feature-uninstalled', 'dev.seneschal.host.feature.uninstalled',
 '{"in": ["seneschal-", {"var": "event.data.name"}]}',
 '[{"type": "mail", "template": "host-feature-uninstalled", "to": "admin@localhost"}]', 1);
INSERT INTO notification_workflow_versions (tenant_id, workflow_id, version, trigger_event, conditions, actions,
                                            is_active, created_by)
SELECT tenant_id, id, version, trigger_event, conditions, actions, is_active, 'system'
  FROM notification_workflows
 WHERE tenant_id = 'default';
--rollback SELECT set_config('seneschal.tenant', '*', true);
--rollback DELETE FROM notification_workflow_versions WHERE created_by = 'system';
--rollback DELETE FROM notification_workflows WHERE id::text LIKE '01980000-0000-7000-8000-%';
--rollback DELETE FROM notification_template_versions WHERE created_by = 'system';
--rollback DELETE FROM notification_templates WHERE id::text LIKE '01980000-0000-7000-8000-%';
