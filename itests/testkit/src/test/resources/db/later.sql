--liquibase formatted sql

--changeset seneschal:later-1
CREATE TABLE later (id integer);
--rollback DROP TABLE later;
