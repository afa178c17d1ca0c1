mod redis_server;
mod routes;
mod suite;
