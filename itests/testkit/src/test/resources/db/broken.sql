--liquibase formatted sql

--changeset seneschal:broken-1
CREATE TABLE kept (id integer);
--rollback DROP TABLE kept;

--changeset seneschal:broken-2
CREATE TABLE undone (id integer);
CREATE TABLE undone (id integer);
--rollback DROP TABLE undone;
