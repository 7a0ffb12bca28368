"""Tables on DynamoDB, through PynamoDB: the log, the read rows, and the small stores around them."""
