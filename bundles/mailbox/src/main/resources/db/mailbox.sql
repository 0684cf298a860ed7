--liquibase formatted sql

--changeset seneschal:mailbox-1
--comment Messages kept instead of sent. The same Message-ID may come twice: a double send is to be seen, not hidden.
CREATE TABLE mailbox_messages (
    id           uuid        PRIMARY KEY,
    tenant_id    text        NOT NULL REFERENCES tenants,
    message_id   text        NOT NULL,
    from_address text        NOT NULL,
    from_name    text,
    to_address   text        NOT NULL,
    to_name      text,
    subject      text        NOT NULL,
    headers      json        NOT NULL,
    body_text    text        NOT NULL,
    body_html    text,
    kept_at      timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX mailbox_messages_page ON mailbox_messages (tenant_id, id DESC);
CREATE INDEX mailbox_messages_to   ON mailbox_messages (tenant_id, lower(to_address), id DESC);
CREATE INDEX mailbox_messages_same ON mailbox_messages (tenant_id, message_id);
CREATE INDEX mailbox_messages_age  ON mailbox_messages USING brin (kept_at);
CALL seneschal_isolate('mailbox_messages');
--rollback DROP TABLE mailbox_messages;
