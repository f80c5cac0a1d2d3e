"""The AWS home: DynamoDB, SQS, S3, SSM and the WebSocket API behind the application's ports."""
