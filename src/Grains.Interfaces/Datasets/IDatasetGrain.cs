using Hermes.Grains.Interfaces.Access;
using Hermes.Grains.Interfaces.Progress;

namespace Hermes.Grains.Interfaces.Datasets;

/// <summary>One dataset: its versions, label map, split and the progress of an add or append. Key: <c>site/dataset</c>.</summary>
/// <remarks>
/// An add is three steps: <see cref="BeginAddAsync"/>, <see cref="StageAsync"/> once per page of at most
/// <see cref="PageSize"/> cases, <see cref="CommitAsync"/>; <see cref="CheckCasesAsync"/> comes before files are sent. Every step may be
/// repeated; an add that was cut off is completed by repeating all of it. An append begins with <see cref="BeginAppendAsync"/> and goes on as
/// an add; it makes another version, and the one before it is what everybody uses until then, or still when the append is refused.
/// </remarks>
[Alias("hermes.IDatasetGrain")]
public interface IDatasetGrain : IGrainWithStringKey
{
    /// <summary>Cases in a page, in calls and in storage.</summary>
    const int PageSize = 256;

    /// <summary>Refuses an add that would be refused whatever its files hold: asked before they are read.</summary>
    /// <param name="declaration">What the user says of the dataset.</param>
    /// <param name="cases">How many cases would be staged.</param>
    /// <param name="cancellationToken">Gives up waiting for the answer.</param>
    /// <exception cref="HermesException">The name is taken, a task does not exist, or the declaration contradicts itself.</exception>
    [Alias("CheckAddAsync"), Needs(Role.Viewer)]
    Task CheckAddAsync(DatasetDeclaration declaration, int cases, CancellationToken cancellationToken = default);

    /// <summary>Opens an add of <paramref name="cases"/> cases; repeated, says how far that add is, also when it has ended well.</summary>
    /// <param name="commandId">Chosen by the caller; the digest of declaration and case list, so that repeating an add continues it.</param>
    /// <param name="declaration">What the user says of the dataset.</param>
    /// <param name="cases">How many cases will be staged.</param>
    /// <param name="cancellationToken">Gives up waiting for the answer.</param>
    /// <exception cref="HermesException">The name is taken, a task does not exist, or the declaration contradicts itself.</exception>
    [Alias("BeginAddAsync"), Needs(Role.Trainer)]
    Task<DatasetStatus> BeginAddAsync(string commandId, DatasetDeclaration declaration, int cases, CancellationToken cancellationToken = default);

    /// <summary>Refuses an append that would be refused whatever its files hold: asked before they are read.</summary>
    /// <param name="declaration">The dataset's own declaration, as the user says it.</param>
    /// <param name="cases">How many cases would be staged.</param>
    /// <param name="cancellationToken">Gives up waiting for the answer.</param>
    /// <exception cref="HermesException">There is no version to append to, or the declaration is another than the dataset's.</exception>
    [Alias("CheckAppendAsync"), Needs(Role.Viewer)]
    Task CheckAppendAsync(DatasetDeclaration declaration, int cases, CancellationToken cancellationToken = default);

    /// <summary>Opens an append of <paramref name="cases"/> cases; repeated, says how far that append is, also when it has ended well.</summary>
    /// <param name="commandId">Chosen by the caller; the digest of declaration and case list, so that repeating an append continues it.</param>
    /// <param name="declaration">The dataset's own declaration, as the user says it.</param>
    /// <param name="cases">How many cases will be staged.</param>
    /// <param name="cancellationToken">Gives up waiting for the answer.</param>
    /// <exception cref="HermesException">There is no version to append to, the declaration is another than the dataset's, or another append is under way.</exception>
    [Alias("BeginAppendAsync"), Needs(Role.Trainer)]
    Task<DatasetStatus> BeginAppendAsync(string commandId, DatasetDeclaration declaration, int cases, CancellationToken cancellationToken = default);

    /// <summary>Looks at a page of the case list before its files are sent: what is wrong with it whatever they hold refuses the add or append.</summary>
    /// <exception cref="HermesException">A case occurs twice or exists, or splits contradict each other or what was drawn.</exception>
    [Alias("CheckCasesAsync"), Needs(Role.Viewer)]
    Task CheckCasesAsync(string commandId, IReadOnlyList<CaseSource> cases, CancellationToken cancellationToken = default);

    /// <summary>Hands over page <paramref name="page"/> (0-based) of the case list, whose files are there; the last refuses as <see cref="CheckCasesAsync"/> does.</summary>
    /// <exception cref="HermesException">The page does not belong to the add, or the list as a whole is refused.</exception>
    [Alias("StageAsync"), Needs(Role.Trainer)]
    Task StageAsync(string commandId, int page, IReadOnlyList<CaseSource> cases, CancellationToken cancellationToken = default);

    /// <summary>Starts looking into the files; returns at once.</summary>
    [Alias("CommitAsync"), Needs(Role.Trainer)]
    Task<DatasetStatus> CommitAsync(string commandId, CancellationToken cancellationToken = default);

    /// <summary>
    /// Says that <paramref name="reader"/> saw this add or append end well. Whoever adds again what was seen to end means to add something
    /// else; whoever repeats an add that was cut off does not.
    /// </summary>
    /// <param name="commandId">The add or append.</param>
    /// <param name="reader">Chosen by the caller, another for each attempt to add.</param>
    /// <param name="cancellationToken">Gives up waiting for the answer.</param>
    /// <returns>Whether nobody else had seen it before.</returns>
    [Alias("AcknowledgeAddAsync"), Needs(Role.Trainer)]
    Task<bool> AcknowledgeAddAsync(string commandId, string reader, CancellationToken cancellationToken = default);

    /// <summary>Gives up an add or append under way, whichever it is when <paramref name="commandId"/> is null; nothing of it is kept.</summary>
    [Alias("CancelAddAsync"), Needs(Role.Trainer)]
    Task CancelAddAsync(string? commandId, CancellationToken cancellationToken = default);

    /// <summary>
    /// Stops every use of the dataset at once and for ever; models are told, and let go of what they learned from it. Repeated, it can ask for more; nothing is
    /// taken back.
    /// </summary>
    /// <param name="retireTrunks">Whether versions whose trunk learned from it are not answered any more.</param>
    /// <param name="deleteBlobs">Whether the blobs that only it refers to are deleted.</param>
    /// <param name="cancellationToken">Gives up waiting for the answer; the work goes on.</param>
    /// <exception cref="HermesException">There is no such dataset, or its add is under way.</exception>
    [Alias("WithdrawAsync"), Needs(Role.Administrator)]
    Task<DatasetStatus> WithdrawAsync(bool retireTrunks, bool deleteBlobs, CancellationToken cancellationToken = default);

    /// <summary>Where the dataset stands.</summary>
    [Alias("GetAsync"), Needs(Role.Viewer)]
    Task<DatasetStatus> GetAsync(CancellationToken cancellationToken = default);

    /// <summary>Page <paramref name="page"/> (0-based) of the cases of a version; empty past the end.</summary>
    /// <param name="version">The dataset version, 1-based; 0 for the newest.</param>
    /// <param name="page">The page, 0-based.</param>
    /// <param name="cancellationToken">Gives up waiting for the answer.</param>
    /// <exception cref="HermesException">The version does not exist.</exception>
    [Alias("GetCasesAsync"), Needs(Role.Viewer)]
    Task<IReadOnlyList<CaseRecord>> GetCasesAsync(int version, int page, CancellationToken cancellationToken = default);

    /// <summary>A case of a version by its name; null when there is no such case or version, or the dataset was withdrawn.</summary>
    /// <param name="version">The dataset version, 1-based; 0 for the newest.</param>
    /// <param name="caseId">The case.</param>
    /// <param name="cancellationToken">Gives up waiting for the answer.</param>
    [Alias("FindCaseAsync"), Needs(Role.Viewer)]
    Task<CaseStanding?> FindCaseAsync(int version, string caseId, CancellationToken cancellationToken = default);

    /// <summary>Has the previews made that cases of a page lack, beside everything else; returns at once.</summary>
    /// <param name="version">The dataset version, 1-based; 0 for the newest.</param>
    /// <param name="page">The page, 0-based.</param>
    /// <param name="cancellationToken">Gives up waiting for the answer.</param>
    /// <returns>Whether some are lacking that can be made.</returns>
    /// <exception cref="HermesException">The version does not exist.</exception>
    [Alias("AskPreviewsAsync"), Needs(Role.Viewer)]
    Task<bool> AskPreviewsAsync(int version, int page, CancellationToken cancellationToken = default);

    /// <summary>Page <paramref name="page"/> (0-based) of the reasons why the last add or append was refused; empty past the end.</summary>
    /// <param name="page">The page, 0-based, of at most <see cref="PageSize"/> reasons.</param>
    /// <param name="cancellationToken">Gives up waiting for the answer.</param>
    [Alias("GetProblemsAsync"), Needs(Role.Viewer)]
    Task<IReadOnlyList<Failure>> GetProblemsAsync(int page, CancellationToken cancellationToken = default);

    /// <summary>Notes where an update that learns this dataset stands; what is older than what is known is dropped.</summary>
    [Alias("NoteUpdateAsync"), Needs(Role.Silo)]
    Task NoteUpdateAsync(DatasetUpdate update, CancellationToken cancellationToken = default);

    /// <summary>Notes which live version of a model learned from this dataset; what is older than what is known is dropped.</summary>
    [Alias("NoteUseAsync"), Needs(Role.Silo)]
    Task NoteUseAsync(DatasetUse use, CancellationToken cancellationToken = default);

    /// <summary>The story of the add or append under way from after <paramref name="afterSequence"/>, with heartbeats, until it ends.</summary>
    [Alias("WatchAsync"), Needs(Role.Viewer)]
    IAsyncEnumerable<ProgressEvent> WatchAsync(long afterSequence, CancellationToken cancellationToken = default);

    /// <summary>Goes on with an add or append that a stopped silo left unfinished.</summary>
    [Alias("WakeAsync"), Needs(Role.Silo)]
    Task WakeAsync();
}
