#!/bin/bash
# Runs once, on an empty data folder: the service's database and its owner, who is no superuser, and Grafana's account,
# which reads what the migrations grant to gradkeeper_reader and nothing else.
psql -v ON_ERROR_STOP=1 -U "$POSTGRES_USER" -d postgres --no-psqlrc \
  -v owner_password="$GRADKEEPER_DB_PASSWORD" -v grafana_password="$GRAFANA_DB_PASSWORD" <<'SQL'
CREATE ROLE gradkeeper LOGIN PASSWORD :'owner_password';
CREATE ROLE gradkeeper_reader NOLOGIN;
CREATE ROLE grafana LOGIN PASSWORD :'grafana_password' IN ROLE gradkeeper_reader;
ALTER ROLE grafana SET default_transaction_read_only = on;
ALTER ROLE grafana SET statement_timeout = '30s';
CREATE DATABASE gradkeeper OWNER gradkeeper;
SQL
