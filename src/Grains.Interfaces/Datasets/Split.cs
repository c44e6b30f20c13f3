namespace Hermes.Grains.Interfaces.Datasets;

/// <summary>What a case is used for. Drawn once per patient, never moved.</summary>
[GenerateSerializer]
public enum Split
{
    /// <summary>Learned from.</summary>
    Train = 0,

    /// <summary>Watched while learning, to keep the best checkpoint.</summary>
    Validation = 1,

    /// <summary>Never seen while learning.</summary>
    Test = 2,
}
