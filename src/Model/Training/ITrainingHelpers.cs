namespace Hermes.Model.Training;

/// <summary>Other devices that learn shares of a run's batches. Called on the thread that trains.</summary>
public interface ITrainingHelpers
{
    /// <summary>Whether they are all there and the next batch is to be learned with them. Asked before every batch.</summary>
    bool AreIn { get; }

    /// <summary>The memory they have in common with this device; only while they are in.</summary>
    SharedStep Memory { get; }

    /// <summary>Lets them begin with their shares of a batch: the weights are in the memory.</summary>
    void Begin(int batch);

    /// <summary>Waits until they are done.</summary>
    /// <returns>False when one of them is lost: from now on they are not in, and this device learns the whole batch.</returns>
    bool End();
}
