namespace Cofferdam.Storage;

/// <summary>A write that waits for its transaction.</summary>
internal interface IDatabaseWrite
{
    /// <summary>Does it, within a transaction that may be rolled back; it may be done again then.</summary>
    void Run(SqliteSession session);

    /// <summary>The transaction is committed.</summary>
    void Complete();

    /// <summary>It could not be done.</summary>
    void Fail(Exception exception);
}
