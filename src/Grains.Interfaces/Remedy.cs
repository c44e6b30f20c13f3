namespace Hermes.Grains.Interfaces;

/// <summary>What can be done about a refusal or failure. Every program says it in its own words: a command its command line, a page its button.</summary>
[GenerateSerializer]
public enum Remedy
{
    /// <summary>Nothing beyond what the hint says.</summary>
    None = 0,

    /// <summary>Look at the datasets there are.</summary>
    ListDatasets = 1,

    /// <summary>Add a dataset.</summary>
    AddDataset = 2,

    /// <summary>Look at the dataset named.</summary>
    ShowDataset = 3,

    /// <summary>Look at all reasons why the dataset named was refused.</summary>
    ShowRefusals = 4,

    /// <summary>Look at the dataset named, and give up its add if it is still under way.</summary>
    CancelAdd = 5,

    /// <summary>Look at the runs there are.</summary>
    ListRuns = 6,

    /// <summary>Look at the run named.</summary>
    ShowRun = 7,

    /// <summary>Resume the run named; it goes on from its last checkpoint.</summary>
    ResumeRun = 8,

    /// <summary>Look at the models there are, or train one.</summary>
    ListModels = 9,

    /// <summary>Name one of the prompt groups.</summary>
    NamePromptGroup = 10,

    /// <summary>Choose other splits to measure on.</summary>
    ChooseSplits = 11,

    /// <summary>Give the dataset another name, or share the task.</summary>
    ShareTask = 12,

    /// <summary>Give the labels names.</summary>
    NameLabels = 13,

    /// <summary>Start a platform, or name another address.</summary>
    StartPlatform = 14,

    /// <summary>Name the address of a platform.</summary>
    NamePlatform = 15,

    /// <summary>Start the platform again; its work goes on where it was.</summary>
    RestartPlatform = 16,

    /// <summary>Look at what the platform says of itself.</summary>
    ReadLog = 17,

    /// <summary>Look at the updates there are.</summary>
    ListUpdates = 18,

    /// <summary>Look at the update named.</summary>
    ShowUpdate = 19,

    /// <summary>Resume the update named; it goes on where it was.</summary>
    ResumeUpdate = 20,

    /// <summary>Look at the events that failed.</summary>
    ListEvents = 21,

    /// <summary>Accept what the certificate of the update named cannot say.</summary>
    AcceptUpdate = 22,

    /// <summary>Look at what the update would find, or accept its conflicts.</summary>
    AcceptConflicts = 23,

    /// <summary>Name the prompt groups that may go.</summary>
    DropGroups = 24,

    /// <summary>Check what is stored.</summary>
    CheckBlobs = 25,

    /// <summary>Get a copy of the platform's access token, and name its file.</summary>
    NameToken = 26,

    /// <summary>Look at the queue.</summary>
    ShowQueue = 27,

    /// <summary>Name this client's certificate and the authority of the silos.</summary>
    NameCertificates = 28,

    /// <summary>Look at who has a token.</summary>
    ListAccess = 29,
}
