-- A database for each service: an owner who migrates, and a role who serves and owns nothing.
-- The passwords are for trying out; choose your own for anything else.
CREATE ROLE careweave_coordination_owner LOGIN PASSWORD 'owner' NOSUPERUSER NOBYPASSRLS;
CREATE ROLE careweave_coordination LOGIN PASSWORD 'coordination' NOSUPERUSER NOBYPASSRLS;
CREATE DATABASE coordination OWNER careweave_coordination_owner;
REVOKE ALL ON DATABASE coordination FROM PUBLIC;
GRANT CONNECT ON DATABASE coordination TO careweave_coordination;

CREATE ROLE careweave_monitoring_owner LOGIN PASSWORD 'owner' NOSUPERUSER NOBYPASSRLS;
CREATE ROLE careweave_monitoring LOGIN PASSWORD 'monitoring' NOSUPERUSER NOBYPASSRLS;
CREATE DATABASE monitoring OWNER careweave_monitoring_owner;
REVOKE ALL ON DATABASE monitoring FROM PUBLIC;
GRANT CONNECT ON DATABASE monitoring TO careweave_monitoring;
