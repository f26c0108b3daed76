mod corpus;
mod unit;
