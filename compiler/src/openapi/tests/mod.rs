mod corpus;
mod unit;
mod versions;
